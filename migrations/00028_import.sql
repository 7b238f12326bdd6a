-- +goose Up
-- A list that somebody uploaded, for as long as it takes to bring it in.
CREATE TABLE import_upload (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name      text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
  content   bytea NOT NULL,
  sha256    bytea NOT NULL CHECK (octet_length(sha256) = 32),
  choices   jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(choices) = 'object'),
  revision  int NOT NULL DEFAULT 0,
  state     text NOT NULL CHECK (state IN ('checking', 'ready', 'unread', 'running', 'done')),
  work      text NOT NULL DEFAULT '',
  beat_at   timestamptz NOT NULL,
  done      int NOT NULL DEFAULT 0 CHECK (done >= 0),
  report    jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(report) = 'object'),
  import_id bigint REFERENCES import_run,
  actor     text NOT NULL,
  at        timestamptz NOT NULL
);
COMMENT ON TABLE import_upload IS 'A list that staff uploaded: its file goes when it is imported, and all of it within a day';
COMMENT ON COLUMN import_upload.content IS 'The file; empty once it is imported';
COMMENT ON COLUMN import_upload.choices IS 'What somebody said of it: columns, sheets, cells put right, on what ground; emptied of cells once it is imported';
COMMENT ON COLUMN import_upload.revision IS 'Which choices, counted: an import that was cut off goes on with the same only';
COMMENT ON COLUMN import_upload.state IS 'checking and running: a process works on it, or was cut off when beat_at is old; unread: it is no list yet';
COMMENT ON COLUMN import_upload.work IS 'Which process works on it: a random word of one run';
COMMENT ON COLUMN import_upload.beat_at IS 'When the process that works on it last said so, in real time';
COMMENT ON COLUMN import_upload.report IS 'What the dry run, or the import, came to; once it is imported, counts by code';

CREATE TABLE import_upload_row (
  upload_id bigint NOT NULL REFERENCES import_upload ON DELETE CASCADE,
  n         int NOT NULL,
  outcome   text NOT NULL CHECK (outcome IN ('created', 'updated', 'unchanged', 'rejected')),
  noted     boolean NOT NULL,
  content   jsonb NOT NULL,
  PRIMARY KEY (upload_id, n)
);
CREATE INDEX import_upload_row_outcome ON import_upload_row (upload_id, outcome, n);
CREATE INDEX import_upload_row_noted ON import_upload_row (upload_id, n) WHERE noted;
COMMENT ON TABLE import_upload_row IS 'A row of the dry run: its cells, what is wrong with them, what it would change';
COMMENT ON COLUMN import_upload_row.noted IS 'It is taken, and there is something to look at';

-- The focal person of a unit corrects the unit's own list by a personal link.
CREATE TABLE focal_person (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  unit_code  text NOT NULL CHECK (unit_code <> ''),
  hash       bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
  invited_by text NOT NULL,
  invited_at timestamptz NOT NULL,
  until      timestamptz NOT NULL CHECK (until > invited_at),
  ended_at   timestamptz,
  seen_at    timestamptz
);
COMMENT ON TABLE focal_person IS 'Who looks after the list of a unit, by a link that ends; goes half a year after it ended';
COMMENT ON COLUMN focal_person.hash IS 'SHA-256 of the secret in the link';
COMMENT ON COLUMN focal_person.seen_at IS 'When the link was last opened, by the hour';

CREATE TABLE focal_change (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  focal_id   bigint NOT NULL REFERENCES focal_person ON DELETE CASCADE,
  contact_id bigint,
  kind       text NOT NULL CHECK (kind IN ('correct', 'left', 'new')),
  before     jsonb NOT NULL DEFAULT '{}',
  after      jsonb NOT NULL DEFAULT '{}',
  state      text NOT NULL CHECK (state IN ('open', 'accepted', 'refused', 'replaced')),
  at         timestamptz NOT NULL,
  decided_at timestamptz,
  decided_by text NOT NULL DEFAULT '',
  CHECK (kind = 'new' OR contact_id IS NOT NULL),
  CHECK ((state = 'open') = (decided_at IS NULL))
);
CREATE INDEX focal_change_open ON focal_change (id) WHERE state = 'open';
CREATE INDEX focal_change_contact ON focal_change (contact_id);
CREATE INDEX focal_change_focal ON focal_change (focal_id, state);
COMMENT ON TABLE focal_change IS 'What a focal person proposes; nothing of it is on the list until staff accept it';
COMMENT ON COLUMN focal_change.contact_id IS 'Whom it is about; of somebody new, whom it became';
COMMENT ON COLUMN focal_change.before IS 'What the list had when it was proposed; emptied when it is decided';
COMMENT ON COLUMN focal_change.after IS 'What is proposed; emptied when it is decided';

-- The people of a unit, a page at a time.
CREATE INDEX contact_unit ON contact (unit_code, id) WHERE unit_code <> '' AND left_at IS NULL;
SELECT custody_grants();
