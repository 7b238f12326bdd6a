-- +goose Up
-- A claim goes on from where the last one ended.
DROP INDEX attempt_chunk;
CREATE INDEX attempt_chunk ON attempt (chunk_id, id) WHERE chunk_id IS NOT NULL;

-- A case is looked at when something can follow what is under way, no longer
-- whenever something was sent: those under way now are looked at once.
UPDATE invitation i SET plan_at = k.launched_at FROM campaign k
WHERE k.id = i.campaign_id AND k.launched_at IS NOT NULL AND i.state IN ('open', 'started')
	AND EXISTS (SELECT 1 FROM attempt a WHERE a.invitation_id = i.id AND a.state IN ('queued', 'sending', 'unknown'));
