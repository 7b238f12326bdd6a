-- +goose Up
-- One person talks with several campaigns at once by SMS: the conversation whose prompt
-- was sent last is in front, and takes what the person writes; the others are held.
ALTER TABLE conversation
  ADD held_at   timestamptz,
  ADD spoken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ADD look_at   timestamptz,
  ADD nudged    boolean NOT NULL DEFAULT false;
UPDATE conversation SET spoken_at = opened_at;
UPDATE conversation SET look_at = opened_at WHERE mode = 'sms' AND closed_at IS NULL AND state ->> 'stage' = 'questions';
COMMENT ON TABLE conversation IS 'The turn a person is at by SMS or in a call; of one mode, sender and phone one open conversation is in front, and others of the same person may be held';
COMMENT ON COLUMN conversation.held_at IS 'Business time since which another campaign of the same person is in front; null: in front';
COMMENT ON COLUMN conversation.spoken_at IS 'Business time of the last turn, ours or the person''s';
COMMENT ON COLUMN conversation.look_at IS 'Business time at which it is seen whether the person has fallen silent; null: nothing to see';
COMMENT ON COLUMN conversation.nudged IS 'The person was reminded once of the question that is open, and is not again';
DROP INDEX conversation_open;
CREATE UNIQUE INDEX conversation_open ON conversation (mode, sender_id, phone) WHERE closed_at IS NULL AND held_at IS NULL;
CREATE INDEX conversation_talk ON conversation (sender_id, phone) WHERE closed_at IS NULL;
CREATE INDEX conversation_look ON conversation (look_at) WHERE closed_at IS NULL AND held_at IS NULL AND look_at IS NOT NULL;

-- Each answer with its language, and what it was before.
ALTER TABLE answer_item
  ADD language    text NOT NULL DEFAULT '',
  ADD assigned_by text NOT NULL DEFAULT '';
COMMENT ON COLUMN answer_item.language IS 'In which the question was asked; empty: from before this was kept';
COMMENT ON COLUMN answer_item.assigned_by IS 'Who of staff made it of the person''s words; empty: the person gave it';

CREATE TABLE answer_before (
  response_id uuid NOT NULL REFERENCES response ON DELETE CASCADE,
  question    text NOT NULL,
  value       text NOT NULL DEFAULT '',
  missing     text NOT NULL DEFAULT '' CHECK (missing IN
    ('', 'dont_know', 'refused', 'skipped', 'not_applicable', 'not_reached')),
  mode        text NOT NULL CHECK (mode IN ('web', 'sms', 'voice')),
  language    text NOT NULL,
  assigned_by text NOT NULL,
  answered_at timestamptz NOT NULL,
  replaced_at timestamptz NOT NULL
);
COMMENT ON TABLE answer_before IS 'What an answer was before it was changed or stopped to apply; of an anonymous campaign nothing is kept';
CREATE INDEX answer_before_response ON answer_before (response_id, question);
