-- +goose Up
-- Who works at the office. Collaborators are contacts, and have no account.
CREATE TABLE staff (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  login       text NOT NULL UNIQUE CHECK (login ~ '^[a-z][a-z0-9._-]{1,39}$'),
  name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  role        text NOT NULL CHECK (role IN ('administrator', 'manager', 'analyst', 'viewer')),
  language    text NOT NULL CHECK (language IN ('vi', 'en')),
  password    text NOT NULL CHECK (password LIKE '$argon2id$%'),
  wrong       int NOT NULL DEFAULT 0 CHECK (wrong >= 0),
  rests_until timestamptz,
  disabled_at timestamptz,
  created_at  timestamptz NOT NULL
);
COMMENT ON TABLE staff IS 'Accounts of the office; one that ended is disabled and stays, because records name it';
COMMENT ON COLUMN staff.password IS 'PHC string of Argon2id; see dispatch/staff';
COMMENT ON COLUMN staff.wrong IS 'Wrong passwords since the last right one';
COMMENT ON COLUMN staff.rests_until IS 'Until when no password is looked at, in real time';

CREATE TABLE staff_session (
  hash     bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  staff_id bigint NOT NULL REFERENCES staff,
  began_at timestamptz NOT NULL,
  seen_at  timestamptz NOT NULL
);
CREATE INDEX staff_session_staff ON staff_session (staff_id);
COMMENT ON TABLE staff_session IS 'Who is signed in; nothing of the machine or its address';
COMMENT ON COLUMN staff_session.hash IS 'SHA-256 of the secret in the cookie';

CREATE TABLE staff_invitation (
  hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  role       text NOT NULL CHECK (role IN ('administrator', 'manager', 'analyst', 'viewer')),
  invited_by bigint REFERENCES staff,
  invited_at timestamptz NOT NULL,
  until      timestamptz NOT NULL CHECK (until > invited_at)
);
COMMENT ON TABLE staff_invitation IS 'Links that make one account each, and are gone with it';
COMMENT ON COLUMN staff_invitation.hash IS 'SHA-256 of the secret in the link';
COMMENT ON COLUMN staff_invitation.invited_by IS 'None: the machine itself, as long as there is no account';

ALTER TABLE audit
  DROP CONSTRAINT audit_act_check,
  ADD CONSTRAINT audit_act_check CHECK (act IN ('import', 'undo', 'merge', 'erase', 'export', 'consent', 'code',
    'move', 'suppress', 'lift', 'doubt', 'hours', 'staff'));
