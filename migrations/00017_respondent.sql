-- +goose Up
-- When a person wants to be written to and called; campaigns keep to it inside their
-- own hours.
ALTER TABLE contact
  ADD hours        text NOT NULL DEFAULT '' CHECK (hours IN ('', 'any', 'office', 'evening', 'weekday')),
  ADD hours_at     timestamptz,
  ADD hours_source text NOT NULL DEFAULT '' CHECK (hours_source IN ('', 'web', 'staff')),
  ADD CONSTRAINT contact_hours_said CHECK ((hours = '') = (hours_at IS NULL) AND (hours = '') = (hours_source = ''));
COMMENT ON COLUMN contact.hours IS 'When the person wants to be contacted, in their own time zone: any, office (08-17 on weekdays), evening (17-22), weekday (no weekends); empty: they did not say';
COMMENT ON COLUMN contact.hours_at IS 'When the hours were said';
COMMENT ON COLUMN contact.hours_source IS 'How we came to know the hours: web (the person''s own page), staff';

ALTER TABLE audit
  DROP CONSTRAINT audit_act_check,
  ADD CONSTRAINT audit_act_check CHECK (act IN ('import', 'undo', 'merge', 'erase', 'export', 'consent', 'code',
    'move', 'suppress', 'lift', 'doubt', 'hours'));

-- Who asked to be erased waits for staff: few, and looked for in an inbox of many.
CREATE INDEX inbox_erase_asked ON inbox (invitation_id) WHERE outcome = 'parked' AND reason = 'erase_asked';
