-- +goose Up
CREATE VIEW paradata AS
SELECT invitation_id, coalesce(ended_at, sent_at, planned_at) AS at, 'attempt' AS source, id,
       channel AS what, state, reason FROM attempt
UNION ALL
SELECT invitation_id, coalesce(ended_at, sent_at, created_at), 'notice', id, channel, state, reason FROM notice
UNION ALL
SELECT invitation_id, received_at, 'inbox', id, kind, outcome, reason FROM inbox
UNION ALL
SELECT invitation_id, at, 'event', id, kind, '', reason FROM event;
COMMENT ON VIEW paradata IS 'The record of how collection happened';
