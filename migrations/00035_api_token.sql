-- +goose Up
-- What opens the read-only interface to programs of the office. It stands beside what opens
-- accounts, where the role of commands that print never comes.
CREATE TABLE door.api_token (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hash       bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  may        text NOT NULL CHECK (may IN ('see', 'answers')),
  bound      boolean NOT NULL DEFAULT false,
  made_by    text NOT NULL,
  made_at    timestamptz NOT NULL,
  until      timestamptz NOT NULL,
  used_at    timestamptz,
  revoked_at timestamptz,
  revoked_by text NOT NULL DEFAULT '',
  CONSTRAINT api_token_until_check CHECK (until > made_at AND until <= made_at + interval '368 days'),
  CONSTRAINT api_token_revoked_check CHECK ((revoked_at IS NULL) = (revoked_by = ''))
);
COMMENT ON TABLE door.api_token IS 'What opens /api/v1 to a program; it reads numbers or results, never persons';
COMMENT ON COLUMN door.api_token.hash IS 'SHA-256 of the token, which is told once and kept nowhere';
COMMENT ON COLUMN door.api_token.name IS 'What it is for, as the administrator says';
COMMENT ON COLUMN door.api_token.may IS 'The right: see (how campaigns stand), or answers (results without whose they are, besides)';
COMMENT ON COLUMN door.api_token.bound IS 'Opens the campaigns of door.api_token_campaign only';
COMMENT ON COLUMN door.api_token.made_by IS 'Login, or who ran the command';
COMMENT ON COLUMN door.api_token.until IS 'The midnight of the office at which its last day ends';
COMMENT ON COLUMN door.api_token.used_at IS 'When it last opened something, an hour more or less';
CREATE TABLE door.api_token_campaign (
  token_id    bigint NOT NULL REFERENCES door.api_token,
  campaign_id bigint NOT NULL REFERENCES campaign,
  PRIMARY KEY (token_id, campaign_id)
);
CREATE INDEX api_token_campaign_campaign ON door.api_token_campaign (campaign_id);
COMMENT ON TABLE door.api_token_campaign IS 'Which campaigns a bound token opens';

-- Open invitations are listed, and named by a number; one whose time is over stays a week,
-- to be made anew.
ALTER TABLE staff_invitation ADD id bigint GENERATED ALWAYS AS IDENTITY UNIQUE;
COMMENT ON COLUMN staff_invitation.id IS 'By which an invitation is named where it is listed';
