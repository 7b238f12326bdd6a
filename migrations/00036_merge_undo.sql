-- +goose Up
-- What is needed to take back that two contacts were made one. It holds what the two were,
-- and goes when it was taken back or when the person is erased.
CREATE TABLE contact_merge (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kept      bigint NOT NULL,
  gone      bigint NOT NULL,
  at        timestamptz NOT NULL,
  actor     text NOT NULL,
  before    jsonb NOT NULL CHECK (jsonb_typeof(before) = 'object'),
  after     jsonb NOT NULL CHECK (jsonb_typeof(after) = 'object'),
  followers bigint[] NOT NULL,
  consents  bigint[] NOT NULL,
  stops     bigint[] NOT NULL,
  undone_at timestamptz,
  undone_by text NOT NULL DEFAULT '' CHECK ((undone_by = '') = (undone_at IS NULL)),
  CHECK (kept <> gone)
);
CREATE UNIQUE INDEX contact_merge_gone ON contact_merge (gone) WHERE undone_at IS NULL;
CREATE INDEX contact_merge_either ON contact_merge (gone, kept);
CREATE INDEX contact_merge_kept ON contact_merge (kept);
COMMENT ON TABLE contact_merge IS 'A merge of two contacts, and what takes it back; one that was taken back tells the two apart';
COMMENT ON COLUMN contact_merge.before IS 'The two as they were, and the addresses of the one that went; empty: taken back, or one of them is erased, and it cannot be any more';
COMMENT ON COLUMN contact_merge.after IS 'What the merge made of the one that was kept: what differs from it now was done since, and stays';
COMMENT ON COLUMN contact_merge.followers IS 'Who had been merged into the one that went';
COMMENT ON COLUMN contact_merge.consents IS 'Rows of the ledgers of both that were there: the others came since';
COMMENT ON COLUMN contact_merge.stops IS 'Entries of the do-not-contact list about the two that were there: the others came since';

ALTER TABLE consent ADD merge_id bigint;
ALTER TABLE suppression ADD merge_id bigint;
COMMENT ON COLUMN consent.merge_id IS 'The merge that took it over from the other contact; it goes when the merge is taken back';
COMMENT ON COLUMN suppression.merge_id IS 'The merge that took it over from the other contact; it goes when the merge is taken back';
CREATE INDEX consent_merge ON consent (merge_id) WHERE merge_id IS NOT NULL;
CREATE INDEX suppression_merge ON suppression (merge_id) WHERE merge_id IS NOT NULL;
-- What a person of the office finds to be a complaint about the survey is kept apart.
ALTER TABLE matter
  DROP CONSTRAINT matter_kind_check,
  ADD CONSTRAINT matter_kind_check CHECK (kind IN ('unread', 'opinion', 'callback', 'who', 'late', 'stranger', 'network', 'mail', 'complaint')),
  ADD kind_before text NOT NULL DEFAULT '' CHECK ((kind_before = '') = (kind <> 'complaint'));
COMMENT ON COLUMN matter.kind IS 'unread: a reply that was not understood, or did nothing; opinion: of their own accord; callback: asks to be called; who: asks who we are; late: came after the end; stranger: from nobody on the list; network: from an operator or a shop, not to be answered; mail: somebody wrote a mail; complaint: about the survey, as staff found';
COMMENT ON COLUMN matter.kind_before IS 'Of a complaint what kind it was before staff found that; empty: it is none';
SELECT custody_grants();
