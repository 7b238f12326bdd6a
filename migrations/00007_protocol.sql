-- +goose Up
ALTER TABLE contact ADD zone text NOT NULL DEFAULT '' CHECK (zone ~ '^([A-Z][A-Za-z0-9_+/-]*)?$');
COMMENT ON COLUMN contact.zone IS 'The person''s own time zone by its IANA name; empty: that of the protocol holds';
-- What earlier imports changed is undone by comparing whole states.
UPDATE import_change SET before = before || '{"zone": ""}', after = after || '{"zone": ""}' WHERE before <> '{}';

ALTER TABLE attempt ADD text text NOT NULL DEFAULT '' CHECK (text IN ('', 'invitation', 'reminder', 'last'));
COMMENT ON COLUMN attempt.text IS 'The wording that was planned: whom no earlier contact can have reached gets the invitation; empty: the step''s';
