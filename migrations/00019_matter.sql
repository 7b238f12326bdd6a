-- +goose Up
-- What people say that no program settles waits for a person of the office.
ALTER TABLE inbox
  DROP CONSTRAINT inbox_kind_check,
  ADD CONSTRAINT inbox_kind_check CHECK (kind IN ('text', 'keys', 'status', 'form', 'stop', 'bounce', 'mail', 'again', 'assigned'));
COMMENT ON COLUMN inbox.kind IS 'bounce: a report on a mail of ours, or a complaint about one; mail: any other mail to our bounce addresses; again: an open conversation by SMS is to be taken up by us; assigned: staff took somebody''s words as the answer to a question';

CREATE TABLE matter (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  inbox_id      bigint NOT NULL UNIQUE REFERENCES inbox,
  kind          text NOT NULL CHECK (kind IN ('unread', 'opinion', 'callback', 'who', 'late', 'stranger', 'network', 'mail')),
  came_at       timestamptz NOT NULL,
  contact_id    bigint,
  campaign_id   bigint,
  invitation_id bigint,
  question      text NOT NULL DEFAULT '',
  state         text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'assigned', 'answered', 'done')),
  moves         integer NOT NULL DEFAULT 0 CHECK (moves >= 0),
  handled_by    text NOT NULL DEFAULT '',
  handled_at    timestamptz,
  note          text NOT NULL DEFAULT '',
  assigned_id   bigint REFERENCES inbox,
  CHECK (state <> 'assigned' OR assigned_id IS NOT NULL),
  CHECK ((handled_at IS NULL) = (handled_by = ''))
);
COMMENT ON TABLE matter IS 'What a person of the office must read: words that no program settles, one per arrival; the words themselves stay in inbox';
COMMENT ON COLUMN matter.kind IS 'unread: a reply that was not understood, or did nothing; opinion: of their own accord; callback: asks to be called; who: asks who we are; late: came after the end; stranger: from nobody on the list; network: from an operator or a shop, not to be answered; mail: somebody wrote a mail';
COMMENT ON COLUMN matter.came_at IS 'When it arrived, in real time';
COMMENT ON COLUMN matter.contact_id IS 'Whose it is, as far as the list knew when it came; it leads nowhere once the person is erased';
COMMENT ON COLUMN matter.question IS 'Of the campaign: what was asked when it came, and once it is assigned what it answers; empty: none';
COMMENT ON COLUMN matter.moves IS 'How often it was moved: of two people at once one wins';
COMMENT ON COLUMN matter.handled_at IS 'Business time of the last move, and handled_by who made it';
COMMENT ON COLUMN matter.note IS 'Of staff; it goes with the person''s erasure';
COMMENT ON COLUMN matter.assigned_id IS 'The arrival that carries the answer that staff made of it';
-- Pages are read by state, by campaign and by person, the oldest first; what waits is
-- counted by kind.
CREATE INDEX matter_state ON matter (state, id);
CREATE INDEX matter_kind ON matter (state, kind, id);
CREATE INDEX matter_campaign ON matter (campaign_id, state, id);
CREATE INDEX matter_contact ON matter (contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX matter_invitation ON matter (invitation_id) WHERE invitation_id IS NOT NULL;

-- Nobody's: what providers say of no message of ours, calls that nobody made.
CREATE INDEX inbox_nobody ON inbox (reason) WHERE outcome = 'parked' AND invitation_id IS NULL;

ALTER TABLE notice ADD words text NOT NULL DEFAULT '';
COMMENT ON COLUMN notice.words IS 'What a person of the office wrote, of an answer by staff; empty: the prompts say it';

ALTER TABLE audit
  DROP CONSTRAINT audit_act_check,
  ADD CONSTRAINT audit_act_check CHECK (act IN ('import', 'undo', 'merge', 'erase', 'export', 'consent', 'code',
    'move', 'suppress', 'lift', 'doubt', 'hours', 'staff', 'inbox'));

-- What was parked until now. Only what a person wrote waits.
INSERT INTO matter (inbox_id, kind, came_at, contact_id, campaign_id, invitation_id)
SELECT x.id, CASE WHEN x.kind = 'mail' THEN 'mail' WHEN x.reason = 'ended' THEN 'late' WHEN x.invitation_id IS NULL THEN 'stranger' ELSE 'opinion' END,
  x.received_at, i.contact_id, i.campaign_id, x.invitation_id
FROM inbox x LEFT JOIN invitation i ON i.id = x.invitation_id
WHERE x.outcome = 'parked' AND x.payload <> '{}' AND (x.kind = 'text' OR x.kind = 'mail' AND x.reason = 'mail_reply')
ORDER BY x.id;
