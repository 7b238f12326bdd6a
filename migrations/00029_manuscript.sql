-- +goose Up
-- A questionnaire while it is written, by the console. What is published stands in
-- questionnaire, for ever; a draft may be unreadable, and changes as long as it is open.
CREATE TABLE manuscript (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (char_length(name) <= 300),
  source text NOT NULL CHECK (octet_length(source) <= 4194304),
  before text NOT NULL DEFAULT '' CHECK (octet_length(before) <= 4194304),
  revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1),
  made_at timestamptz NOT NULL,
  made_by text NOT NULL CHECK (made_by <> ''),
  saved_at timestamptz NOT NULL,
  saved_by text NOT NULL CHECK (saved_by <> ''),
  dropped_at timestamptz,
  questionnaire_id bigint REFERENCES questionnaire (id),
  note text NOT NULL DEFAULT '' CHECK (char_length(note) <= 300),
  CHECK (dropped_at IS NULL OR questionnaire_id IS NULL)
);
CREATE INDEX manuscript_open_idx ON manuscript (saved_at DESC, id DESC) WHERE questionnaire_id IS NULL;
CREATE INDEX manuscript_of_idx ON manuscript (questionnaire_id);
COMMENT ON TABLE manuscript IS 'Questionnaires that are being written; it asks nobody anything';
COMMENT ON COLUMN manuscript.name IS 'What lists call it: its title when it could last be read, else what it was begun from';
COMMENT ON COLUMN manuscript.source IS 'The text as it was saved last; it may have errors';
COMMENT ON COLUMN manuscript.before IS 'The text of the revision before, for whoever takes a save back; empty: there was none';
COMMENT ON COLUMN manuscript.revision IS 'Counts the saves: a save over one that its writer has not seen is refused';
COMMENT ON COLUMN manuscript.dropped_at IS 'When it was put aside; it can be taken back';
COMMENT ON COLUMN manuscript.questionnaire_id IS 'The version that was published of it; it is closed then';
COMMENT ON COLUMN manuscript.note IS 'What its publisher said of the version';
SELECT custody_grants();
