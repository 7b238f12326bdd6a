-- +goose Up
-- Questions that somebody has spoken. Calls play them from our own address.
CREATE TABLE sound (
  sha256  bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
  kind    text NOT NULL CHECK (kind IN ('mp3', 'wav')),
  seconds double precision NOT NULL CHECK (seconds >= 0),
  content bytea NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 5242880),
  kept_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE sound ALTER COLUMN content SET STORAGE EXTERNAL;
COMMENT ON TABLE sound IS 'A recording of a question, by its content; it holds the voice of the office and nothing of a respondent';
COMMENT ON COLUMN sound.sha256 IS 'Of the content; also its name on the web, which nobody can guess who does not have it';

CREATE TABLE questionnaire_sound (
  questionnaire_id bigint NOT NULL REFERENCES questionnaire,
  name             text NOT NULL,
  sha256           bytea NOT NULL REFERENCES sound,
  PRIMARY KEY (questionnaire_id, name)
);
COMMENT ON TABLE questionnaire_sound IS 'Which recording a published version means by the name of a file; it may come later, and never changes';
