-- +goose Up
ALTER TABLE inbox
  DROP CONSTRAINT inbox_kind_check,
  ADD CONSTRAINT inbox_kind_check CHECK (kind IN ('text', 'keys', 'status', 'form', 'stop', 'bounce', 'mail'));
COMMENT ON COLUMN inbox.kind IS 'bounce: a report on a mail of ours, or a complaint about one; mail: any other mail to our bounce addresses';
COMMENT ON COLUMN inbox.payload IS 'What arrived, raw. Of a mail, once it is applied, what was understood of it: the mail that it returns holds a person''s own link';
