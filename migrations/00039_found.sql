-- +goose Up
-- Staff mark answers in words as fit to be quoted on the director's page. Like a topic, a
-- mark stands beside a response, which names nobody; at what hour it was made is not kept.
CREATE TABLE quotation (
  response_id uuid NOT NULL REFERENCES response ON DELETE CASCADE,
  question    text NOT NULL,
  campaign_id bigint NOT NULL REFERENCES campaign,
  mark        text NOT NULL CHECK (mark ~ '^[0-9a-f]{12}$'),
  marked_by   text NOT NULL,
  PRIMARY KEY (response_id, question)
);
COMMENT ON TABLE quotation IS 'Which answers in words staff marked as fit to be quoted; gone when the words change or go';
COMMENT ON COLUMN quotation.mark IS 'Of the words that were read: others than those are not quoted';
COMMENT ON COLUMN quotation.marked_by IS 'Login of who answers for it that the words name nobody';
CREATE INDEX quotation_campaign ON quotation (campaign_id, response_id);

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION answer_words_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM answer_topic WHERE response_id = OLD.response_id AND question = OLD.question;
  DELETE FROM transcript WHERE response_id = OLD.response_id AND question = OLD.question;
  DELETE FROM quotation WHERE response_id = OLD.response_id AND question = OLD.question;
  RETURN NULL;
END $$;
-- +goose StatementEnd
-- Open answers are looked for by their words, each without accents: those of identified and
-- confidential campaigns. What is sealed is in no row of answers, and the released answers of
-- an anonymous campaign are looked through in the order of their random ids, as ever.
-- +goose StatementBegin
CREATE FUNCTION words_folded(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT left(w, 40)), '{}') FROM regexp_split_to_table(
    lower(translate(regexp_replace(normalize(left(words, 8000), NFD), '[\u0300-\u036f]', '', 'g'), 'Đđ', 'dd')), '[^a-z0-9]+') w WHERE w <> ''
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION words_folded IS 'The words of a text in small letters without accents';

CREATE TABLE answer_words (
  response_id uuid NOT NULL REFERENCES response ON DELETE CASCADE,
  question    text NOT NULL,
  campaign_id bigint NOT NULL REFERENCES campaign,
  words       tsvector NOT NULL,
  PRIMARY KEY (response_id, question)
);
COMMENT ON TABLE answer_words IS 'The words by which an open answer is found, each whole and without accents; gone with the answer';
COMMENT ON COLUMN answer_words.words IS 'Beside them, behind @, the campaign and the question';
CREATE INDEX answer_words_page ON answer_words (campaign_id, question, response_id);
CREATE INDEX answer_words_found ON answer_words USING gin (words);

-- +goose StatementBegin
CREATE FUNCTION answer_words_of(response uuid, asked text) RETURNS void LANGUAGE sql AS $$
  DELETE FROM answer_words WHERE response_id = response AND question = asked;
  INSERT INTO answer_words (response_id, question, campaign_id, words)
  SELECT a.response_id, a.question, r.campaign_id, array_to_tsvector(words_folded(coalesce(s.words, a.value)) || ('@' || r.campaign_id || ':' || a.question))
  FROM answer_item a JOIN response r ON r.id = a.response_id JOIN campaign k ON k.id = r.campaign_id AND k.confidentiality <> 'anonymous'
  LEFT JOIN transcript s ON s.response_id = a.response_id AND s.question = a.question
  WHERE a.response_id = response AND a.question = asked AND coalesce(s.words, a.value) ~ '[^0-9 .,;:/+-]';
$$;
CREATE FUNCTION answer_words_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM answer_words_of(OLD.response_id, OLD.question);
  ELSE
    PERFORM answer_words_of(NEW.response_id, NEW.question);
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
-- Codes and numbers have no words, and cost nothing.
CREATE TRIGGER answer_words_said AFTER INSERT ON answer_item
FOR EACH ROW WHEN (NEW.value ~ '[^0-9 .,;:/+-]') EXECUTE FUNCTION answer_words_kept();
CREATE TRIGGER answer_words_said_again AFTER UPDATE OF value ON answer_item
FOR EACH ROW WHEN (OLD.value IS DISTINCT FROM NEW.value AND (OLD.value ~ '[^0-9 .,;:/+-]' OR NEW.value ~ '[^0-9 .,;:/+-]')) EXECUTE FUNCTION answer_words_kept();
CREATE TRIGGER answer_words_said_no_more AFTER DELETE ON answer_item
FOR EACH ROW WHEN (OLD.value ~ '[^0-9 .,;:/+-]') EXECUTE FUNCTION answer_words_kept();
CREATE TRIGGER transcript_words_kept AFTER INSERT OR UPDATE OR DELETE ON transcript
FOR EACH ROW EXECUTE FUNCTION answer_words_kept();

INSERT INTO answer_words (response_id, question, campaign_id, words)
SELECT a.response_id, a.question, r.campaign_id, array_to_tsvector(words_folded(coalesce(s.words, a.value)) || ('@' || r.campaign_id || ':' || a.question))
FROM answer_item a JOIN response r ON r.id = a.response_id JOIN campaign k ON k.id = r.campaign_id AND k.confidentiality <> 'anonymous'
LEFT JOIN transcript s ON s.response_id = a.response_id AND s.question = a.question
WHERE coalesce(s.words, a.value) ~ '[^0-9 .,;:/+-]';
SELECT custody_grants();
