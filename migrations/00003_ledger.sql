-- +goose Up
CREATE TABLE chunk (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  campaign_id bigint NOT NULL REFERENCES campaign,
  step        text NOT NULL,
  channel     text NOT NULL CHECK (channel IN ('email', 'sms', 'call')),
  sender_id   bigint NOT NULL REFERENCES sender,
  due_at      timestamptz NOT NULL,
  state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done')),
  generation  integer NOT NULL DEFAULT 1,
  lease_until timestamptz NOT NULL
);
COMMENT ON TABLE chunk IS 'Up to 500 attempts that travel the queue as one task';
COMMENT ON COLUMN chunk.lease_until IS 'Real time, by the clock of Postgres; past it, the sweeper enqueues the next generation';
CREATE INDEX chunk_open ON chunk (sender_id, campaign_id) WHERE state = 'open';

CREATE TABLE attempt (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  campaign_id   bigint NOT NULL,
  invitation_id bigint NOT NULL REFERENCES invitation,
  step          text NOT NULL,
  channel       text NOT NULL CHECK (channel IN ('email', 'sms', 'call')),
  try           integer NOT NULL CHECK (try >= 1),
  sender_id     bigint NOT NULL REFERENCES sender,
  endpoint_id   bigint,
  chunk_id      bigint,
  state         text NOT NULL DEFAULT 'queued' CHECK (state IN
    ('queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'unknown', 'cancelled')),
  reason        text NOT NULL DEFAULT '',
  tries         integer NOT NULL DEFAULT 0,
  due_at        timestamptz NOT NULL,
  planned_at    timestamptz NOT NULL,
  claimed_at    timestamptz,
  sent_at       timestamptz,
  ended_at      timestamptz,
  provider_id   text,
  provider_code text,
  segments      integer NOT NULL DEFAULT 0,
  UNIQUE (invitation_id, step, channel, try)
) WITH (fillfactor = 75);
COMMENT ON TABLE attempt IS 'Outbound ledger: a contact that the protocol planned';
COMMENT ON COLUMN attempt.claimed_at IS 'Real time of the last claim; due_at, planned_at, sent_at and ended_at are business time';
CREATE INDEX attempt_chunk ON attempt (chunk_id);

CREATE TABLE attempt_waiting (
  attempt_id  bigint PRIMARY KEY REFERENCES attempt,
  campaign_id bigint NOT NULL,
  step        text NOT NULL,
  channel     text NOT NULL,
  sender_id   bigint NOT NULL,
  due_at      timestamptz NOT NULL
);
COMMENT ON TABLE attempt_waiting IS 'Queued attempts that are in no chunk: planned for later, or put back';
CREATE INDEX attempt_waiting_due ON attempt_waiting (due_at);

CREATE TABLE attempt_doubt (
  attempt_id bigint PRIMARY KEY REFERENCES attempt,
  since      timestamptz NOT NULL,
  look_at    timestamptz NOT NULL,
  looks      integer NOT NULL DEFAULT 0,
  needs_staff boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE attempt_doubt IS 'Attempts in state unknown: may or may not have left; real time';

CREATE TABLE inbox (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind          text NOT NULL CHECK (kind IN ('text', 'keys', 'status', 'form', 'stop', 'bounce')),
  provider      text NOT NULL,
  provider_id   text NOT NULL,
  received_at   timestamptz NOT NULL,
  invitation_id bigint,
  payload       jsonb NOT NULL,
  applied_at    timestamptz,
  outcome       text NOT NULL DEFAULT '',
  reason        text NOT NULL DEFAULT '',
  UNIQUE (provider, provider_id),
  CHECK ((applied_at IS NULL) = (outcome = ''))
);
COMMENT ON TABLE inbox IS 'Every inbound thing, raw, stored before anything is done about it; received_at is real time';
CREATE INDEX inbox_open ON inbox (invitation_id, id) WHERE applied_at IS NULL;
CREATE INDEX inbox_invitation ON inbox (invitation_id);

CREATE TABLE notice (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  inbox_id      bigint NOT NULL REFERENCES inbox,
  ordinal       integer NOT NULL,
  campaign_id   bigint,
  invitation_id bigint REFERENCES invitation,
  channel       text NOT NULL CHECK (channel IN ('email', 'sms')),
  sender_id     bigint NOT NULL REFERENCES sender,
  address       text NOT NULL,
  prompts       jsonb NOT NULL,
  pass_suppression boolean NOT NULL DEFAULT false,
  state         text NOT NULL DEFAULT 'queued' CHECK (state IN
    ('queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'unknown', 'cancelled')),
  reason        text NOT NULL DEFAULT '',
  tries         integer NOT NULL DEFAULT 0,
  created_at    timestamptz NOT NULL,
  lease_until   timestamptz NOT NULL,
  generation    integer NOT NULL DEFAULT 1,
  sent_at       timestamptz,
  ended_at      timestamptz,
  provider_id   text,
  provider_code text,
  segments      integer NOT NULL DEFAULT 0,
  UNIQUE (inbox_id, ordinal)
);
COMMENT ON TABLE notice IS 'Outbound ledger: a message caused by an inbound one; it never counts as a contact attempt';
COMMENT ON COLUMN notice.pass_suppression IS 'Only an opt-out confirmation passes suppression, once';
CREATE INDEX notice_open ON notice (lease_until) WHERE state IN ('queued', 'sending');
CREATE INDEX notice_invitation ON notice (invitation_id);
CREATE INDEX notice_address ON notice (address);

CREATE TABLE event (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at            timestamptz NOT NULL,
  recorded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind          text NOT NULL,
  campaign_id   bigint,
  invitation_id bigint,
  attempt_id    bigint,
  actor         text NOT NULL,
  reason        text NOT NULL DEFAULT '',
  args          jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE event IS 'What happened beyond the happy path, and what staff did; at is business time';
CREATE INDEX event_invitation ON event (invitation_id) WHERE invitation_id IS NOT NULL;
CREATE INDEX event_campaign ON event (campaign_id, id);
