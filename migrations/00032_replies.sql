-- +goose Up
-- Several people of the office read at once: who has an item in hand is seen by the others.
ALTER TABLE matter
  ADD taken_by text NOT NULL DEFAULT '',
  ADD taken_at timestamptz,
  ADD CONSTRAINT matter_taken CHECK ((taken_at IS NULL) = (taken_by = ''));
COMMENT ON COLUMN matter.taken_by IS 'Who of staff has it in hand, so that no other begins; whoever moves it all the same wins as ever';
COMMENT ON COLUMN matter.taken_at IS 'Since when, in real time; after a quarter of an hour it counts for nothing';

-- Open answers are read by the thousand: a page of a campaign begins where the last one ended.
DROP INDEX response_campaign;
CREATE INDEX response_campaign ON response (campaign_id, id);

CREATE TABLE topic (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code       text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9]+(_[a-z0-9]+)*$' AND length(code) <= 60),
  vi         text NOT NULL CHECK (vi <> '' AND length(vi) <= 80),
  en         text NOT NULL DEFAULT '' CHECK (length(en) <= 80),
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  ended_at   timestamptz
);
COMMENT ON TABLE topic IS 'What open answers may be about: one list for all campaigns';
COMMENT ON COLUMN topic.code IS 'As files of results have it; it never changes';
COMMENT ON COLUMN topic.en IS 'Its English name; empty: the Vietnamese one';
COMMENT ON COLUMN topic.ended_at IS 'Since when it is given to no more answers; those that have it keep it';

-- A topic is given to an answer of a response, which names nobody; at what hour is not
-- kept, since hours could lead to who answered.
CREATE TABLE answer_topic (
  campaign_id bigint NOT NULL REFERENCES campaign,
  question    text NOT NULL,
  topic_id    bigint NOT NULL REFERENCES topic,
  response_id uuid NOT NULL REFERENCES response ON DELETE CASCADE,
  coded_by    text NOT NULL,
  PRIMARY KEY (campaign_id, question, topic_id, response_id)
);
COMMENT ON TABLE answer_topic IS 'Which topics staff gave to the words of an open answer; gone when the words change or go';
CREATE INDEX answer_topic_response ON answer_topic (response_id, question);

CREATE TABLE transcript (
  response_id uuid NOT NULL REFERENCES response ON DELETE CASCADE,
  question    text NOT NULL,
  words       text NOT NULL CHECK (words <> ''),
  written_by  text NOT NULL,
  PRIMARY KEY (response_id, question)
);
COMMENT ON TABLE transcript IS 'What staff wrote down of an answer that was spoken into a call; gone when the answer changes or goes';

-- Whoever changes an answer, by whatever way, takes along what staff made of its words.
-- +goose StatementBegin
CREATE FUNCTION answer_words_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM answer_topic WHERE response_id = OLD.response_id AND question = OLD.question;
  DELETE FROM transcript WHERE response_id = OLD.response_id AND question = OLD.question;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER answer_words_changed AFTER UPDATE OF value ON answer_item
FOR EACH ROW WHEN (OLD.value <> '' AND OLD.value IS DISTINCT FROM NEW.value) EXECUTE FUNCTION answer_words_gone();
CREATE TRIGGER answer_words_dropped AFTER DELETE ON answer_item
FOR EACH ROW WHEN (OLD.value <> '') EXECUTE FUNCTION answer_words_gone();

-- A person of the office may take a conversation by SMS in hand: what is written in it is
-- read by staff, and the survey asks nothing until it is given back.
ALTER TABLE conversation ADD staffed_by text NOT NULL DEFAULT '';
COMMENT ON COLUMN conversation.staffed_by IS 'Who of staff talks in the place of the survey; empty: the survey does. Stop and the like act all the same';
