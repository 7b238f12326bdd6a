-- +goose Up
-- What people said in calls in the place of words: fetched from the provider, kept here,
-- and removed there. A row stays until the provider's copy is gone, so that none is
-- forgotten, also after an erasure.
CREATE TABLE recording (
  id          text PRIMARY KEY CHECK (id ~ '^rec-[a-z2-7]{16}$'),
  provider    text NOT NULL,
  provider_id text NOT NULL,
  response_id uuid REFERENCES response ON DELETE SET NULL,
  question    text NOT NULL DEFAULT '',
  wanted      boolean NOT NULL,
  state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'kept', 'removed')),
  seconds     double precision NOT NULL DEFAULT 0,
  kind        text CHECK (kind IN ('mp3', 'wav')),
  sha256      bytea CHECK (octet_length(sha256) = 32),
  content     bytea CHECK (octet_length(content) BETWEEN 1 AND 8388608),
  told_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  kept_at     timestamptz,
  removed_at  timestamptz,
  look_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  looks       integer NOT NULL DEFAULT 0,
  UNIQUE (provider, provider_id),
  CHECK (content IS NULL OR wanted AND state <> 'waiting')
);
ALTER TABLE recording ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX recording_open ON recording (look_at) WHERE state <> 'removed';
CREATE INDEX recording_response ON recording (response_id) WHERE response_id IS NOT NULL;
COMMENT ON TABLE recording IS 'One recorded answer; the answer holds its id. Times are real time';
COMMENT ON COLUMN recording.provider_id IS 'How the provider calls it; what it is fetched and removed by there';
COMMENT ON COLUMN recording.wanted IS 'An answer holds it; else it is only to be removed at the provider, and then the row goes';
COMMENT ON COLUMN recording.state IS 'waiting: the provider alone has it; kept: we have it too; removed: the provider has it no more';
COMMENT ON COLUMN recording.content IS 'As the provider gave it; none before it was fetched, and none after it was deleted here';

ALTER TABLE inbox
  DROP CONSTRAINT inbox_kind_check,
  ADD CONSTRAINT inbox_kind_check CHECK (kind IN ('text', 'keys', 'spoken', 'status', 'form', 'stop', 'bounce', 'mail', 'again', 'assigned'));

-- How many calls may be on the line at once from one of our numbers, over all workers.
ALTER TABLE sender ADD calls integer NOT NULL DEFAULT 0 CHECK (calls >= 0);
COMMENT ON COLUMN sender.calls IS 'The most calls at once; 0 is no limit';

CREATE TABLE call_slot (
  sender_id   bigint NOT NULL REFERENCES sender,
  slot        integer NOT NULL CHECK (slot >= 1),
  holder      bigint NOT NULL,
  attempt_id  bigint,
  lease_until timestamptz NOT NULL,
  PRIMARY KEY (sender_id, slot)
);
CREATE INDEX call_slot_attempt ON call_slot (attempt_id);
CREATE SEQUENCE call_slot_holder;
COMMENT ON TABLE call_slot IS 'A place for one call on the line of one of our numbers, leased until the call has ended';
COMMENT ON COLUMN call_slot.lease_until IS 'Real time, by the clock of Postgres; past it the place is free, whoever held it';
