-- +goose Up
CREATE TABLE questionnaire (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name         text NOT NULL,
  version      integer NOT NULL CHECK (version >= 1),
  hash         text NOT NULL UNIQUE,
  title        jsonb NOT NULL,
  source       text NOT NULL,
  published_at timestamptz NOT NULL,
  published_by text NOT NULL,
  UNIQUE (name, version)
);
COMMENT ON TABLE questionnaire IS 'Published versions of questionnaires, immutable; source is the YAML as written';

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows are immutable', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd
CREATE TRIGGER questionnaire_immutable BEFORE UPDATE OR DELETE ON questionnaire
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE sender (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel     text NOT NULL CHECK (channel IN ('email', 'sms', 'call')),
  address     text NOT NULL,
  provider    text NOT NULL,
  can_receive boolean NOT NULL DEFAULT false,
  rate        double precision NOT NULL DEFAULT 0 CHECK (rate >= 0),
  cost        bigint NOT NULL DEFAULT 0,
  active      boolean NOT NULL DEFAULT true,
  UNIQUE (channel, address)
);
COMMENT ON TABLE sender IS 'Addresses of ours that messages leave from';
COMMENT ON COLUMN sender.rate IS 'Messages (SMS: segments) a second of real time; 0 is unpaced';

CREATE TABLE campaign (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name             text NOT NULL UNIQUE,
  title            jsonb NOT NULL,
  purpose          text NOT NULL CHECK (purpose IN ('survey', 'duty_report')),
  confidentiality  text NOT NULL CHECK (confidentiality IN ('identified', 'confidential', 'anonymous')),
  listed           text NOT NULL CHECK (listed IN ('known', 'assumed', 'unknown')),
  state            text NOT NULL DEFAULT 'draft'
                   CHECK (state IN ('draft', 'ready', 'fielding', 'paused', 'closed', 'archived')),
  questionnaire_id bigint NOT NULL REFERENCES questionnaire,
  office           jsonb NOT NULL,
  eligibility      jsonb NOT NULL,
  design           jsonb NOT NULL,
  protocol         jsonb NOT NULL,
  created_at       timestamptz NOT NULL,
  created_by       text NOT NULL,
  starts_at        timestamptz,
  launched_at      timestamptz,
  ends_at          timestamptz,
  closed_at        timestamptz,
  CHECK ((state IN ('draft', 'ready')) = (launched_at IS NULL)),
  CHECK ((state IN ('closed', 'archived')) = (closed_at IS NOT NULL))
);
COMMENT ON TABLE campaign IS 'One fielding: questionnaire, frame, protocol and dates; times are business time';
ALTER TABLE suppression ADD FOREIGN KEY (campaign_id) REFERENCES campaign;

CREATE TABLE frame (
  campaign_id bigint PRIMARY KEY REFERENCES campaign,
  frozen_at   timestamptz NOT NULL,
  hash        text NOT NULL,
  size        integer NOT NULL
);
COMMENT ON TABLE frame IS 'The frozen frame of a campaign; its hash covers ids, strata and random numbers, nothing personal';

CREATE TABLE frame_unit (
  campaign_id   bigint NOT NULL,
  contact_id    bigint NOT NULL,
  stratum       text NOT NULL,
  random_number bigint NOT NULL,
  PRIMARY KEY (campaign_id, contact_id)
);
COMMENT ON TABLE frame_unit IS 'One line of a frozen frame; no foreign key to contact, so that erasure leaves the frame valid';
CREATE INDEX frame_unit_draw ON frame_unit (campaign_id, stratum, random_number, contact_id);

CREATE TABLE stratum_draw (
  campaign_id bigint NOT NULL REFERENCES campaign,
  stratum     text NOT NULL,
  frame_size  integer NOT NULL,
  sample_size integer NOT NULL CHECK (sample_size BETWEEN 0 AND frame_size),
  start       bigint NOT NULL,
  PRIMARY KEY (campaign_id, stratum)
);
COMMENT ON TABLE stratum_draw IS 'Allocation and start of the draw per stratum';

CREATE TABLE replicate (
  campaign_id bigint NOT NULL REFERENCES campaign,
  number      integer NOT NULL CHECK (number >= 0),
  state       text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'released', 'exhausted')),
  released_at timestamptz,
  PRIMARY KEY (campaign_id, number)
);

CREATE TABLE invitation (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  campaign_id    bigint NOT NULL REFERENCES campaign,
  contact_id     bigint NOT NULL,
  stratum        text NOT NULL,
  replicate      integer NOT NULL,
  inclusion      double precision NOT NULL CHECK (inclusion > 0 AND inclusion <= 1),
  weight         double precision NOT NULL CHECK (weight >= 1),
  state          text NOT NULL DEFAULT 'held'
                 CHECK (state IN ('held', 'open', 'started', 'closed', 'withdrawn')),
  disposition    text,
  disposition_reason text NOT NULL DEFAULT '',
  language       text NOT NULL DEFAULT 'vi',
  token_version  integer NOT NULL DEFAULT 1,
  human_at       timestamptz,
  refused_at     timestamptz,
  refusal        text CHECK (refusal IN ('person', 'other', 'wrong_person')),
  progress       jsonb NOT NULL DEFAULT '{}',
  plan_at        timestamptz,
  closed_at      timestamptz,
  FOREIGN KEY (campaign_id, replicate) REFERENCES replicate,
  UNIQUE (campaign_id, contact_id),
  CHECK ((state = 'closed') = (disposition IS NOT NULL))
) WITH (fillfactor = 80);
COMMENT ON TABLE invitation IS 'One sampled unit''s case in one campaign; it has a disposition exactly when it is closed';
COMMENT ON COLUMN invitation.human_at IS 'First evidence that a person acted: Begin, a key, a text';
COMMENT ON COLUMN invitation.plan_at IS 'Business time at which the protocol looks at the case again; null: nothing to plan';
CREATE INDEX invitation_plan ON invitation (plan_at) WHERE plan_at IS NOT NULL;
CREATE INDEX invitation_contact ON invitation (contact_id);

CREATE TABLE token (
  hash          bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  invitation_id bigint NOT NULL REFERENCES invitation,
  purpose       text NOT NULL CHECK (purpose IN ('form', 'unsubscribe', 'bounce')),
  version       integer NOT NULL,
  key_id        text NOT NULL,
  UNIQUE (invitation_id, purpose, version)
);
COMMENT ON TABLE token IS 'SHA-256 of the tokens given out; a token of an older version than the invitation''s is revoked';
