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
SELECT custody_grants();
