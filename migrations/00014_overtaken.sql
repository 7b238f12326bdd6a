-- +goose Up
COMMENT ON COLUMN invitation.plan_at IS 'Business time at which the protocol looks at the case again, and of a closed case since when its code is to be looked at again; null: nothing to plan';
CREATE INDEX invitation_overtaken ON invitation (id) WHERE state = 'closed' AND plan_at IS NOT NULL;
