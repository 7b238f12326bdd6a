-- +goose Up
-- "This is not that person" says that an address is wrong, not that the person
-- refused: it is a fact of its own, and the case goes on by other addresses.
ALTER TABLE invitation
  ADD wrong_person_at timestamptz,
  ADD late_at         timestamptz,
  ADD message_left_at timestamptz;
UPDATE invitation SET wrong_person_at = refused_at, refusal = NULL, refused_at = NULL WHERE refusal = 'wrong_person';
ALTER TABLE invitation
  DROP CONSTRAINT invitation_refusal_check,
  ADD CONSTRAINT invitation_refusal_check CHECK (refusal IN ('person', 'other')),
  ADD CONSTRAINT invitation_disposition_check CHECK (disposition IN ('1.1', '1.2', '2.111', '2.112', '2.1121', '2.12', '2.20',
    '2.221', '2.222', '2.25', '2.27', '2.31', '2.32', '2.33', '2.34', '2.35', '2.36', '2.90', '3.11', '3.12', '3.13', '3.14',
    '3.15', '3.16', '3.19', '3.30', '4.10', '4.81', '4.90'));
COMMENT ON COLUMN invitation.wrong_person_at IS 'When somebody first said that an address is not this person''s';
COMMENT ON COLUMN invitation.late_at IS 'When something of the person first came after the end of the field period';
COMMENT ON COLUMN invitation.message_left_at IS 'When a call that met a machine first spoke its message to the end';

-- The few cases that were closed as never contacted while their contact was being
-- handed over; the scheduler looks for them.
CREATE INDEX invitation_nothing_sent ON invitation (id) WHERE disposition = '3.11';

ALTER TABLE endpoint ADD not_theirs_at timestamptz;
COMMENT ON COLUMN endpoint.not_theirs_at IS 'When whoever has the address said that it is not this contact''s; it is dead from then on';

ALTER TABLE audit
  DROP CONSTRAINT audit_act_check,
  ADD CONSTRAINT audit_act_check CHECK (act IN ('import', 'undo', 'merge', 'erase', 'export', 'consent', 'code'));
