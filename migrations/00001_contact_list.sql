-- +goose Up
CREATE TABLE setting (
  key        text PRIMARY KEY,
  value      jsonb NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  changed_by text NOT NULL DEFAULT 'canvass'
);
COMMENT ON TABLE setting IS 'Settings that all processes share, such as the rehearsal clock';

CREATE TABLE import_run (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source      text NOT NULL,
  file_sha256 bytea NOT NULL,
  basis       text NOT NULL,
  actor       text NOT NULL,
  started_at  timestamptz NOT NULL,
  finished_at timestamptz,
  created     integer NOT NULL DEFAULT 0,
  updated     integer NOT NULL DEFAULT 0,
  unchanged   integer NOT NULL DEFAULT 0,
  rejected    integer NOT NULL DEFAULT 0
);
COMMENT ON TABLE import_run IS 'One run of a contact-list import; every row of the file ends in one of the four counts';

CREATE TABLE contact (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code          text UNIQUE CHECK (code <> ''),
  name          text NOT NULL,
  name_folded   text NOT NULL,
  title         text NOT NULL DEFAULT '',
  sex           text NOT NULL DEFAULT '',
  birth         smallint CHECK (birth BETWEEN 1900 AND 2100),
  language      text NOT NULL DEFAULT 'vi' CHECK (language IN ('vi', 'en')),
  unit          text NOT NULL DEFAULT '',
  attributes    jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
  random_number bigint NOT NULL,
  import_id     bigint REFERENCES import_run,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL,
  left_at       timestamptz
);
COMMENT ON TABLE contact IS 'A collaborator on the living contact list';
COMMENT ON COLUMN contact.random_number IS 'Permanent random number: a uint64 with its sign bit flipped, drawn once, never redrawn';
COMMENT ON COLUMN contact.left_at IS 'When the person left the network; such a contact is in no new frame';
CREATE INDEX contact_name ON contact (name_folded);

CREATE TABLE endpoint (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  contact_id bigint NOT NULL REFERENCES contact ON DELETE CASCADE,
  kind       text NOT NULL CHECK (kind IN ('email', 'phone')),
  address    text NOT NULL CHECK (address <> ''),
  sms        boolean NOT NULL DEFAULT false,
  status     text NOT NULL DEFAULT 'unverified' CHECK (status IN ('unverified', 'ok', 'dead')),
  rank       smallint NOT NULL DEFAULT 0,
  source     text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  UNIQUE (contact_id, kind, address)
);
COMMENT ON TABLE endpoint IS 'One address of a contact; a shared one stands once under each contact';
CREATE INDEX endpoint_address ON endpoint (kind, address);

CREATE TABLE consent (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  contact_id   bigint NOT NULL REFERENCES contact ON DELETE CASCADE,
  purpose      text CHECK (purpose IN ('survey', 'duty_report')),
  channel      text CHECK (channel IN ('email', 'sms', 'call')),
  basis        text NOT NULL,
  text_shown   text NOT NULL DEFAULT '',
  source       text NOT NULL,
  given_at     timestamptz NOT NULL,
  withdrawn_at timestamptz
);
COMMENT ON TABLE consent IS 'Append-only ledger of the basis on which a person may be contacted; a withdrawal is a row of its own';
CREATE INDEX consent_contact ON consent (contact_id);

CREATE TABLE suppression (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  contact_id  bigint REFERENCES contact ON DELETE SET NULL,
  address_key bytea,
  channel     text CHECK (channel IN ('email', 'sms', 'call')),
  scope       text NOT NULL CHECK (scope IN ('campaign', 'all')),
  campaign_id bigint,
  source      text NOT NULL,
  inbox_id    bigint,
  at          timestamptz NOT NULL,
  lifted_at   timestamptz,
  CHECK (scope = 'all' OR campaign_id IS NOT NULL)
);
COMMENT ON TABLE suppression IS 'Do-not-contact facts; addresses as keyed hashes, so that they outlive the erasure of a person';
CREATE INDEX suppression_contact ON suppression (contact_id) WHERE lifted_at IS NULL;
CREATE INDEX suppression_address ON suppression (address_key) WHERE lifted_at IS NULL;
