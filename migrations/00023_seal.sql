-- +goose Up
-- The levels at which answers are kept apart from people.

-- Anonymous: until they are sent, answers are sealed under a key that only the holder
-- of the link has. Of the case there is only that somebody began, or sent, and the day.
ALTER TABLE invitation
  ADD sealed    text CHECK (sealed IN ('started', 'submitted', 'voided')),
  ADD sealed_on date,
  ADD CONSTRAINT invitation_sealed_day CHECK ((sealed IS NULL) = (sealed_on IS NULL));
COMMENT ON COLUMN invitation.sealed IS 'Of an anonymous campaign, what became of the answers: started, submitted, voided; no response belongs to the case';
COMMENT ON COLUMN invitation.sealed_on IS 'The day of that, where the campaign is';

CREATE TABLE link.partial (
  invitation_id bigint PRIMARY KEY REFERENCES invitation,
  content       bytea NOT NULL
);
ALTER TABLE link.partial ALTER COLUMN content SET STORAGE EXTERNAL;
COMMENT ON TABLE link.partial IS 'What a person of an anonymous campaign has answered and not sent';
COMMENT ON COLUMN link.partial.content IS 'Sealed under a key that is derived from the token of the link, of which the database has only the hash; of a length that tells nothing';

CREATE TABLE pool (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  campaign_id bigint NOT NULL REFERENCES campaign,
  stratum     text NOT NULL,
  content     bytea NOT NULL
);
ALTER TABLE pool ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX pool_campaign ON pool (campaign_id, stratum);
COMMENT ON TABLE pool IS 'Anonymous answers that were sent and wait for others, to be released shuffled; they name no case';
COMMENT ON COLUMN pool.stratum IS 'Under which the answers will stand';
COMMENT ON COLUMN pool.content IS 'Sealed under a key of keys.json; of a length that tells nothing';

ALTER TABLE stratum_draw ADD kept text;
COMMENT ON COLUMN stratum_draw.kept IS 'The stratum under which answers of an anonymous campaign stand: joined with others until every one has five invited people; null: this one';

ALTER TABLE campaign
  ADD custody jsonb NOT NULL DEFAULT '{}',
  ADD keep    jsonb;
COMMENT ON COLUMN campaign.custody IS 'Of a confidential campaign: who may join answers to people, and how long after its end they can be';
COMMENT ON COLUMN campaign.keep IS 'Of an anonymous campaign: which design variables stand beside an answer, and how their levels are joined; null: all strata as they are';

COMMENT ON COLUMN response.language IS 'The language of the form; empty of an anonymous one';
COMMENT ON TABLE response IS 'One person''s set of answers; it names no person and no invitation. Of an anonymous campaign all are written anew with each release: id, order and day of writing are those of the release';
