-- +goose Up
-- What the office says in its own words instead of the built-in ones. A change is a new
-- version; earlier ones stay, and can be brought back.
CREATE TABLE office_text (
  occasion   text NOT NULL CHECK (occasion IN ('invitation', 'opening', 'urgent', 'reminder', 'partial', 'last', 'thanks')),
  channel    text NOT NULL CHECK (channel IN ('email', 'sms', 'call')),
  lang       text NOT NULL CHECK (lang IN ('vi', 'en')),
  version    integer NOT NULL CHECK (version > 0),
  own        boolean NOT NULL,
  subject    text NOT NULL DEFAULT '' CHECK (length(subject) <= 500 AND (subject = '' OR own AND channel = 'email')),
  body       text NOT NULL DEFAULT '' CHECK (length(body) <= 20000 AND own = (body <> '')),
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL,
  PRIMARY KEY (occasion, channel, lang, version)
);
COMMENT ON TABLE office_text IS 'The office''s own texts by occasion, channel and language: the last version holds for new campaigns';
COMMENT ON COLUMN office_text.own IS 'False: from this version on the built-in words hold again';
COMMENT ON COLUMN office_text.body IS 'With merge fields in braces; in a mail, what stands between the greeting and the signature';

ALTER TABLE campaign ADD texts jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN campaign.texts IS 'The office''s own texts as they were when the campaign was made; {} is the built-in words';

-- What share answered in campaigns that are over: counted once, and kept for those who plan
-- the next one.
CREATE TABLE campaign_rate (
  campaign_id bigint PRIMARY KEY REFERENCES campaign,
  counted_at  timestamptz NOT NULL,
  invited     integer NOT NULL CHECK (invited >= 0),
  rr1         double precision CHECK (rr1 BETWEEN 0 AND 1)
);
COMMENT ON TABLE campaign_rate IS 'The response rate of campaigns that are over';
COMMENT ON COLUMN campaign_rate.invited IS 'People in its sample: how much it weighs among others';
COMMENT ON COLUMN campaign_rate.rr1 IS 'AAPOR RR1, Standard Definitions, 9th ed. 2016; none where nobody was eligible';

SELECT custody_grants();
