-- +goose Up
-- A campaign that is being made in the console, and who let it go into the field.
CREATE TABLE proposal (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name          text NOT NULL DEFAULT '' CHECK (name ~ '^([a-z0-9][a-z0-9._-]{0,63})?$'),
  title         text NOT NULL DEFAULT '' CHECK (length(title) <= 200),
  state         text NOT NULL DEFAULT 'writing' CHECK (state IN ('writing', 'asked', 'returned', 'approved', 'launched', 'dropped')),
  version       integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  plan          jsonb NOT NULL,
  hash          text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
  trial         jsonb,
  trial_hash    text NOT NULL DEFAULT '',
  trial_at      timestamptz,
  asked_by      text NOT NULL DEFAULT '',
  asked_at      timestamptz,
  remarks       text NOT NULL DEFAULT '' CHECK (length(remarks) <= 2000),
  approved_by   text NOT NULL DEFAULT '',
  approved_at   timestamptz,
  approved_hash text NOT NULL DEFAULT '',
  outside       jsonb,
  starts_at     timestamptz,
  ordered_by    text NOT NULL DEFAULT '',
  ordered_at    timestamptz,
  faults        jsonb,
  campaign_id   bigint UNIQUE REFERENCES campaign,
  made_at       timestamptz NOT NULL,
  made_by       text NOT NULL,
  changed_at    timestamptz NOT NULL,
  changed_by    text NOT NULL,
  CHECK ((state = 'approved') <= (approved_at IS NOT NULL AND approved_hash = hash)),
  CHECK ((ordered_at IS NULL) = (ordered_by = ''))
);
CREATE UNIQUE INDEX proposal_name ON proposal (name) WHERE name <> '' AND state <> 'dropped';
CREATE INDEX proposal_open ON proposal (id) WHERE state IN ('writing', 'asked', 'returned', 'approved');
CREATE INDEX proposal_due ON proposal (starts_at) WHERE ordered_at IS NOT NULL AND state IN ('writing', 'asked', 'returned', 'approved');
COMMENT ON TABLE proposal IS 'A campaign that staff make step by step: saved as it is, approved by a second person where the office wants one, and launched';
COMMENT ON COLUMN proposal.version IS 'Counts the changes: whoever saves over another''s is told';
COMMENT ON COLUMN proposal.plan IS 'The campaign as it would be created, when it starts, and what of it is settled';
COMMENT ON COLUMN proposal.hash IS 'SHA-256 of the plan; what was approved stands with the one it had';
COMMENT ON COLUMN proposal.trial IS 'The last dry run: counts, costs and messages to nobody in particular';
COMMENT ON COLUMN proposal.outside IS 'Approved on paper: number and date of the document, and who signed';
COMMENT ON COLUMN proposal.starts_at IS 'When it begins, in business time, once its launch is ordered';
COMMENT ON COLUMN proposal.faults IS 'Why its ordered launch was refused';
COMMENT ON COLUMN proposal.campaign_id IS 'Its draft, kept as the plan is; the campaign once it is launched';
