-- +goose Up
-- A list of a million rows comes in by COPY; a foreign key would be looked up row
-- by row, twice as dear as the row itself. What replaces it: endpoints are
-- reached through their contact only, and whoever deletes a contact deletes them.
ALTER TABLE import_run
  ADD state          text NOT NULL DEFAULT 'merged'
                     CHECK (state IN ('running', 'merged', 'undone', 'abandoned')),
  ADD consent_source text NOT NULL DEFAULT '',
  ADD consent_text   text NOT NULL DEFAULT '',
  ADD options        jsonb NOT NULL DEFAULT '{}',
  ADD report         jsonb NOT NULL DEFAULT '{}',
  ADD ended_by       text NOT NULL DEFAULT '';
ALTER TABLE import_run ALTER state DROP DEFAULT;
COMMENT ON COLUMN import_run.state IS 'running: under way, or cut off when nobody holds its lock; the list is merged whole or not at all';
COMMENT ON COLUMN import_run.basis IS 'On what ground the people it created may be contacted, until consent has a row of their own';
COMMENT ON COLUMN import_run.options IS 'How the file was read: the mapping of its columns, and which sensitive ones were asked for and why';
COMMENT ON COLUMN import_run.report IS 'Counts of reasons and warnings by code; nothing personal';

ALTER TABLE contact
  DROP CONSTRAINT contact_import_id_fkey,
  DROP CONSTRAINT contact_code_key,
  ALTER created_at DROP NOT NULL,
  ALTER updated_at DROP NOT NULL,
  ADD unit_code   text NOT NULL DEFAULT '',
  ADD merged_into bigint;
DROP INDEX contact_name;
CREATE UNIQUE INDEX contact_code ON contact (lower(code)) WHERE code IS NOT NULL;
CREATE INDEX contact_name ON contact (name_folded) WHERE code IS NULL;
CREATE INDEX contact_merged ON contact (merged_into) WHERE merged_into IS NOT NULL;
COMMENT ON COLUMN contact.created_at IS 'Null: when its import began; updated_at null: never since. A million times of one value are not free';
COMMENT ON COLUMN contact.import_id IS 'The import that created the contact';
COMMENT ON COLUMN contact.unit IS 'The unit as the list has it; unit_code says which one it is, empty while nobody knows';
COMMENT ON COLUMN contact.merged_into IS 'The contact that this one turned out to be; such a contact has left';

ALTER TABLE endpoint
  DROP CONSTRAINT endpoint_contact_id_fkey,
  DROP CONSTRAINT endpoint_contact_id_kind_address_key,
  ALTER created_at DROP NOT NULL,
  ADD import_id bigint,
  ADD label     text NOT NULL DEFAULT '',
  ADD place     text NOT NULL DEFAULT '';
DROP INDEX endpoint_address;
CREATE UNIQUE INDEX endpoint_address ON endpoint (lower(address), kind, contact_id);
CREATE INDEX endpoint_contact ON endpoint (contact_id);
COMMENT ON COLUMN endpoint.created_at IS 'Null: when its import began';
COMMENT ON COLUMN endpoint.source IS 'Who told us: import, staff, merge; import_id, place and label name the list, its row and its column';

ALTER TABLE consent
  ADD evidence text NOT NULL DEFAULT '',
  ADD actor    text NOT NULL DEFAULT '',
  ADD import_id bigint;
COMMENT ON COLUMN consent.evidence IS 'What proves it: the number of a document, a form, an inbox row';

ALTER TABLE suppression ADD import_id bigint;

CREATE TABLE import_change (
  import_id  bigint NOT NULL REFERENCES import_run,
  contact_id bigint NOT NULL,
  place      text NOT NULL,
  before     jsonb NOT NULL,
  after      jsonb NOT NULL,
  PRIMARY KEY (import_id, contact_id)
);
COMMENT ON TABLE import_change IS 'What an import changed of contacts that were there: the columns before and after, for its undoing';
CREATE INDEX import_change_contact ON import_change (contact_id);

CREATE TABLE list_mapping (
  source     text PRIMARY KEY,
  columns    jsonb NOT NULL CHECK (jsonb_typeof(columns) = 'object'),
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL
);
COMMENT ON TABLE list_mapping IS 'What the columns of a source''s lists mean, as somebody said; the rest is guessed each time';

CREATE TABLE unit_set (
  version    text PRIMARY KEY CHECK (version <> ''),
  valid_from date NOT NULL,
  source     text NOT NULL,
  stored_at  timestamptz NOT NULL,
  stored_by  text NOT NULL
);
COMMENT ON TABLE unit_set IS 'A version of the administrative units, valid from a day on';

CREATE TABLE unit (
  version text NOT NULL REFERENCES unit_set,
  code    text NOT NULL CHECK (code <> ''),
  name    text NOT NULL CHECK (name <> ''),
  parent  text NOT NULL DEFAULT '',
  aliases text[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (version, code)
);
COMMENT ON TABLE unit IS 'A unit of one version: the tree hangs by parent';

CREATE TABLE unit_succession (
  from_version text NOT NULL,
  from_code    text NOT NULL,
  to_version   text NOT NULL,
  to_code      text NOT NULL,
  PRIMARY KEY (from_version, from_code, to_version, to_code),
  FOREIGN KEY (from_version, from_code) REFERENCES unit,
  FOREIGN KEY (to_version, to_code) REFERENCES unit
);
COMMENT ON TABLE unit_succession IS 'The crosswalk: what became of a unit; one that was split has several successors';

CREATE TABLE audit (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL,
  actor      text NOT NULL,
  act        text NOT NULL CHECK (act IN ('import', 'undo', 'merge', 'erase', 'export', 'consent')),
  contact_id bigint,
  import_id  bigint,
  reason     text NOT NULL DEFAULT '',
  detail     jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE audit IS 'Who did what to the contact list, and why; ids and counts, no names or addresses';
CREATE INDEX audit_contact ON audit (contact_id);
