-- +goose Up
CREATE TABLE response (
  id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  campaign_id      bigint NOT NULL REFERENCES campaign,
  questionnaire_id bigint NOT NULL REFERENCES questionnaire,
  stratum          text NOT NULL,
  weight           double precision NOT NULL,
  language         text NOT NULL,
  state            text NOT NULL DEFAULT 'started'
                   CHECK (state IN ('started', 'broken_off', 'submitted', 'voided')),
  mode             text NOT NULL CHECK (mode IN ('web', 'sms', 'voice')),
  started_at       timestamptz NOT NULL,
  submitted_at     timestamptz,
  late             boolean NOT NULL DEFAULT false,
  CHECK (state <> 'submitted' OR submitted_at IS NOT NULL)
);
COMMENT ON TABLE response IS 'One person''s set of answers; it names no person and no invitation';
COMMENT ON COLUMN response.mode IS 'The mode of the last answer';
CREATE INDEX response_campaign ON response (campaign_id);

CREATE TABLE answer_item (
  response_id uuid NOT NULL REFERENCES response ON DELETE CASCADE,
  question    text NOT NULL,
  value       text NOT NULL DEFAULT '',
  missing     text NOT NULL DEFAULT '' CHECK (missing IN
    ('', 'dont_know', 'refused', 'skipped', 'not_applicable', 'not_reached')),
  mode        text NOT NULL CHECK (mode IN ('web', 'sms', 'voice')),
  answered_at timestamptz NOT NULL,
  PRIMARY KEY (response_id, question),
  CHECK (value = '' OR missing = '')
);
COMMENT ON TABLE answer_item IS 'One question''s value or missing reason, with the mode it came by';

CREATE SCHEMA link;
CREATE TABLE link.response_link (
  invitation_id bigint PRIMARY KEY REFERENCES invitation,
  response_id   uuid NOT NULL UNIQUE REFERENCES response ON DELETE CASCADE
);
COMMENT ON SCHEMA link IS 'Joins answers to people; granted apart from everything else';
COMMENT ON TABLE link.response_link IS 'Which response belongs to which invitation; the only place that says so';

CREATE TABLE conversation (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mode          text NOT NULL CHECK (mode IN ('sms', 'voice')),
  sender_id     bigint NOT NULL REFERENCES sender,
  phone         text NOT NULL,
  invitation_id bigint NOT NULL REFERENCES invitation,
  state         jsonb NOT NULL,
  opened_at     timestamptz NOT NULL,
  closed_at     timestamptz
);
COMMENT ON TABLE conversation IS 'The turn a person is at by SMS or in a call; one open per mode, sender and phone';
CREATE UNIQUE INDEX conversation_open ON conversation (mode, sender_id, phone) WHERE closed_at IS NULL;
CREATE INDEX conversation_invitation ON conversation (invitation_id);
