-- +goose Up
-- Files that people attach to an answer. They are in the database and not on a
-- disk: so a backup has them, an erasure deletes them in its own transaction, and
-- any number of machines serves them.
CREATE TABLE attachment (
  id          text PRIMARY KEY CHECK (id ~ '^[a-z]{1,8}-[1-9][0-9]{0,7}-[a-z2-7]{16}$'),
  response_id uuid REFERENCES response ON DELETE CASCADE,
  question    text NOT NULL,
  sha256      bytea NOT NULL CHECK (octet_length(sha256) = 32),
  content     bytea NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 5242880),
  kept_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- Photos and documents are compressed already.
ALTER TABLE attachment ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX attachment_response ON attachment (response_id) WHERE response_id IS NOT NULL;
COMMENT ON TABLE attachment IS 'One file that was attached to an answer; the answer holds its id';
COMMENT ON COLUMN attachment.id IS 'Kind, size in bytes and a random key; never the name that the file had';
COMMENT ON COLUMN attachment.response_id IS 'Whose answer has it; none while it only waits to be sent with one';
COMMENT ON COLUMN attachment.sha256 IS 'Of the content: the same file is kept once for a question';
COMMENT ON COLUMN attachment.content IS 'A photo without what it said of place, time and device; a document as it came';
COMMENT ON COLUMN attachment.kept_at IS 'When it arrived, by the clock of Postgres';

CREATE TABLE link.upload (
  attachment_id text PRIMARY KEY REFERENCES attachment ON DELETE CASCADE,
  invitation_id bigint NOT NULL REFERENCES invitation
);
CREATE INDEX upload_invitation ON link.upload (invitation_id);
COMMENT ON TABLE link.upload IS 'Whose a file is until an answer has it; what no answer takes within a day is deleted';
