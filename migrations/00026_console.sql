-- +goose Up
-- What staff do by the console stands in the same record as what they do by command.
ALTER TABLE audit
  DROP CONSTRAINT audit_act_check,
  ADD CONSTRAINT audit_act_check CHECK (act IN ('import', 'undo', 'merge', 'erase', 'export', 'consent', 'code',
    'move', 'suppress', 'lift', 'doubt', 'hours', 'staff', 'inbox',
    'contact', 'proposal', 'questionnaire', 'focal', 'topic', 'setting', 'sender', 'token'));
