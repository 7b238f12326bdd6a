-- +goose Up
CREATE TABLE series (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name         text NOT NULL UNIQUE,
  source       text NOT NULL,
  seed         bigint NOT NULL,
  state        text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'ended')),
  next_date    date,
  next_at      timestamptz,
  paused_at    timestamptz,
  pause_reason text NOT NULL DEFAULT '',
  note         text NOT NULL DEFAULT '',
  created_at   timestamptz NOT NULL,
  created_by   text NOT NULL,
  CHECK ((next_date IS NULL) = (next_at IS NULL)),
  CHECK ((state = 'paused') = (paused_at IS NOT NULL))
);
COMMENT ON TABLE series IS 'Repeated surveys; source is the YAML as written, times are business time';
COMMENT ON COLUMN series.seed IS 'Of every wave: where draws begin, and the rotation groups';
COMMENT ON COLUMN series.next_date IS 'The first date that is not decided yet; null: the rule has no more';
COMMENT ON COLUMN series.note IS 'What the person who moved it last gave as the reason';
CREATE INDEX series_next ON series (next_at) WHERE state = 'active';

CREATE TABLE wave (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  series_id   bigint NOT NULL REFERENCES series,
  date        date NOT NULL,
  number      integer NOT NULL CHECK (number >= 1),
  starts_at   timestamptz NOT NULL,
  state       text NOT NULL CHECK (state IN ('due', 'prepared', 'asked', 'launched', 'skipped')),
  start       text NOT NULL CHECK (start IN ('launch', 'ask')),
  wanted_at   timestamptz NOT NULL,
  campaign_id bigint UNIQUE REFERENCES campaign,
  reason      text NOT NULL,
  actor       text NOT NULL,
  note        text NOT NULL DEFAULT '',
  moved_at    timestamptz NOT NULL,
  failures    integer NOT NULL DEFAULT 0,
  retry_at    timestamptz NOT NULL,
  faults      jsonb NOT NULL DEFAULT '[]',
  UNIQUE (series_id, date),
  CHECK (state NOT IN ('prepared', 'launched') OR campaign_id IS NOT NULL)
);
COMMENT ON TABLE wave IS 'One round of a series: one date of its rule, held once at most; times are business time';
COMMENT ON COLUMN wave.date IS 'The date that the rule gives; starts_at may be a later working day';
COMMENT ON COLUMN wave.wanted_at IS 'Since when it should be started: its time, or when staff said so';
COMMENT ON COLUMN wave.faults IS 'What was wrong when its campaign could not be created or launched: codes and arguments';
CREATE INDEX wave_open ON wave (retry_at) WHERE state IN ('due', 'prepared');

CREATE TABLE frame_resting (
  campaign_id   bigint NOT NULL,
  contact_id    bigint NOT NULL,
  stratum       text NOT NULL,
  random_number bigint NOT NULL,
  PRIMARY KEY (campaign_id, contact_id)
);
COMMENT ON TABLE frame_resting IS 'Who would be in a frozen frame and was invited too short a time before; no foreign key to contact, as in frame_unit';
CREATE INDEX frame_resting_circle ON frame_resting (campaign_id, stratum, random_number, contact_id);

ALTER TABLE stratum_draw
  ADD COLUMN circle  integer CHECK (circle >= frame_size),
  ADD COLUMN place   integer NOT NULL DEFAULT 0 CHECK (place = 0 OR place BETWEEN 1 AND circle - 1),
  ADD COLUMN advance integer NOT NULL DEFAULT 0 CHECK (advance BETWEEN 0 AND circle),
  ADD COLUMN turn    integer NOT NULL DEFAULT 0 CHECK (turn >= 0);
COMMENT ON COLUMN stratum_draw.circle IS 'People of the stratum in the frame and resting: places in the circle of random numbers; null, of old draws: those in the frame';
COMMENT ON COLUMN stratum_draw.place IS 'How many places start lies behind the first start of the series';
COMMENT ON COLUMN stratum_draw.advance IS 'How many places further on the next wave starts';
COMMENT ON COLUMN stratum_draw.turn IS 'How many waves of the series were drawn before';
