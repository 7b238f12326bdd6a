-- +goose Up
-- What somebody wrote when they wanted no more, or why staff put them on the list,
-- goes with the person; so does what was said when it was lifted.
ALTER TABLE suppression
  ADD words         text NOT NULL DEFAULT '',
  ADD actor         text NOT NULL DEFAULT '',
  ADD lifted_by     text NOT NULL DEFAULT '',
  ADD lifted_source text NOT NULL DEFAULT '',
  ADD lifted_words  text NOT NULL DEFAULT '',
  ADD CONSTRAINT suppression_lifted_check
    CHECK (lifted_at IS NOT NULL OR (lifted_by = '' AND lifted_source = '' AND lifted_words = ''));
COMMENT ON COLUMN suppression.source IS 'How we came to know: sms, web, mail, call (the person said so), complaint, staff, import, provider, erased';
COMMENT ON COLUMN suppression.words IS 'What the person wrote, or why staff put them on the list; emptied by an erasure';
COMMENT ON COLUMN suppression.actor IS 'The member of staff who put it on the list; empty: nobody did';
COMMENT ON COLUMN suppression.lifted_by IS 'Who lifted it: respondent, or the member of staff who attests that the person asked for it';
COMMENT ON COLUMN suppression.lifted_source IS 'What proves that the person asked for it; emptied by an erasure';
COMMENT ON COLUMN suppression.lifted_words IS 'What staff wrote when they lifted it; emptied by an erasure';

ALTER TABLE audit
  ADD campaign_id bigint,
  DROP CONSTRAINT audit_act_check,
  ADD CONSTRAINT audit_act_check CHECK (act IN ('import', 'undo', 'merge', 'erase', 'export', 'consent', 'code',
    'move', 'suppress', 'lift', 'doubt'));
COMMENT ON TABLE audit IS 'Who did what to the contact list or to a campaign, and why; ids and counts, no names or addresses';
COMMENT ON COLUMN audit.reason IS 'The words of staff. They may name somebody: an erasure empties them';
CREATE INDEX audit_campaign ON audit (campaign_id) WHERE campaign_id IS NOT NULL;

ALTER TABLE attempt_doubt
  ADD finding text NOT NULL DEFAULT '' CHECK (finding IN ('', 'no_listing', 'several', 'words_moved', 'erased', 'restored'));
COMMENT ON COLUMN attempt_doubt.finding IS 'Why only a person can settle it; empty: it is still looked for';
UPDATE attempt_doubt d SET finding = CASE WHEN a.channel = 'email' THEN 'no_listing' ELSE 'several' END
FROM attempt a WHERE a.id = d.attempt_id AND d.needs_staff;
ALTER TABLE notice
  ADD finding text NOT NULL DEFAULT '' CHECK (finding IN ('', 'no_listing', 'several', 'words_moved', 'erased', 'restored'));
COMMENT ON COLUMN notice.finding IS 'Of one in doubt, why only a person can settle it';
UPDATE notice SET finding = CASE WHEN channel = 'email' THEN 'no_listing' ELSE 'several' END WHERE needs_staff;
