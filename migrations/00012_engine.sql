-- +goose Up
ALTER TABLE sender
  ADD day_cap   integer NOT NULL DEFAULT 0 CHECK (day_cap >= 0),
  ADD warmup    integer NOT NULL DEFAULT 0 CHECK (warmup >= 0),
  ADD first_day date;
COMMENT ON COLUMN sender.day_cap IS 'Most attempts on a day of business time; 0: no limit';
COMMENT ON COLUMN sender.warmup IS 'Most attempts on the first day; twice as many on each day after it, until day_cap; 0: no ramp';
COMMENT ON COLUMN sender.first_day IS 'Local business day of the first message, where the ramp begins';

CREATE TABLE sender_day (
  sender_id bigint NOT NULL REFERENCES sender,
  day       date NOT NULL,
  taken     integer NOT NULL CHECK (taken >= 0),
  PRIMARY KEY (sender_id, day)
);
COMMENT ON TABLE sender_day IS 'What a sender with a day limit has claimed of a day, kept in the transactions of claims and outcomes';

CREATE TABLE sender_health (
  sender_id  bigint PRIMARY KEY REFERENCES sender,
  state      text NOT NULL DEFAULT 'closed' CHECK (state IN ('closed', 'open', 'half_open')),
  reason     text NOT NULL DEFAULT '',
  code       text NOT NULL DEFAULT '',
  since      timestamptz NOT NULL DEFAULT clock_timestamp(),
  until      timestamptz NOT NULL DEFAULT clock_timestamp(),
  openings   integer NOT NULL DEFAULT 0,
  counted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  good       integer NOT NULL DEFAULT 0,
  bad        integer NOT NULL DEFAULT 0
);
COMMENT ON TABLE sender_health IS 'The circuit breaker of a sender, for all processes; real time. A sender without a row is well';
COMMENT ON COLUMN sender_health.until IS 'Open: when one message may try; half open: when the one that tries is given up';
COMMENT ON COLUMN sender_health.openings IS 'Openings in a row: each lasts twice as long';

CREATE TABLE share (
  sender_id   bigint NOT NULL REFERENCES sender,
  campaign_id bigint NOT NULL REFERENCES campaign,
  served      bigint NOT NULL DEFAULT 0,
  claimed_at  timestamptz NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (sender_id, campaign_id)
) WITH (fillfactor = 50);
COMMENT ON TABLE share IS 'Fair queueing of the campaigns of a sender: messages served, as virtual time; real time';

ALTER TABLE campaign
  ADD rate   double precision NOT NULL DEFAULT 0 CHECK (rate >= 0),
  ADD budget bigint NOT NULL DEFAULT 0 CHECK (budget >= 0);
COMMENT ON COLUMN campaign.rate IS 'Messages a second of real time over all senders; 0 is unpaced';
COMMENT ON COLUMN campaign.budget IS 'Most that its messages may cost, in đồng; 0: no limit';

CREATE TABLE campaign_spend (
  campaign_id bigint PRIMARY KEY REFERENCES campaign,
  spent       bigint NOT NULL
);
COMMENT ON TABLE campaign_spend IS 'Of a campaign that has or had a budget: the sum of the costs of its attempts and notices, in đồng, kept by those who write them';

ALTER TABLE attempt
  ADD cost   bigint NOT NULL DEFAULT 0,
  ADD resent boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN attempt.cost IS 'What it cost, in đồng; while it is on the wire or in doubt what it may cost at most';
COMMENT ON COLUMN attempt.resent IS 'It was in doubt and left once more under the policy resend';

ALTER TABLE notice
  ADD cost        bigint NOT NULL DEFAULT 0,
  ADD claimed_at  timestamptz,
  ADD looks       integer NOT NULL DEFAULT 0,
  ADD needs_staff boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN notice.needs_staff IS 'In doubt, and only a person can say whether it left';
COMMENT ON COLUMN notice.lease_until IS 'Real time: when the sweeper or, of a notice in doubt, the next look takes it up';
DROP INDEX notice_open;
CREATE INDEX notice_open ON notice (lease_until) WHERE state IN ('queued', 'sending', 'unknown') AND NOT needs_staff;

ALTER TABLE inbox ADD about text NOT NULL DEFAULT '';
COMMENT ON COLUMN inbox.about IS 'The provider''s id of the message that a status is about, if it does not name ours';
CREATE INDEX inbox_parked ON inbox (about) WHERE outcome = 'parked' AND about <> '';

DROP INDEX invitation_plan;
CREATE INDEX invitation_plan ON invitation (campaign_id, plan_at, id) WHERE plan_at IS NOT NULL;

DROP INDEX attempt_waiting_due;
CREATE INDEX attempt_waiting_group ON attempt_waiting (campaign_id, sender_id, step, due_at, attempt_id);
