-- +goose Up
-- Staff look for people while they type, in lists of a million. The words by which a
-- contact is found, each whole: those of the name and of the code, and the unit as the
-- list has it (#) and as it was found to be (@).
CREATE INDEX contact_words ON contact USING gin (array_to_tsvector(array_remove(
  string_to_array(left(name_folded, 400) || ' ' || lower(left(coalesce(code, ''), 100)), ' ')
  || ARRAY['@' || left(unit_code, 100), '#' || left(unit, 200)], '')));

-- The same index, in the order of bytes: the beginning of a number or mailbox is found
-- in it, too, whatever the database collates by.
DROP INDEX endpoint_address;
CREATE UNIQUE INDEX endpoint_address ON endpoint (lower(address) text_pattern_ops, kind, contact_id);

ALTER TABLE contact ADD corrected jsonb CHECK (jsonb_typeof(corrected) = 'object');
COMMENT ON COLUMN contact.corrected IS 'By field, what lists say that staff know better: a list that says it again changes nothing';
CREATE INDEX contact_corrected_code ON contact (lower(corrected ->> 'code')) WHERE corrected ? 'code';
