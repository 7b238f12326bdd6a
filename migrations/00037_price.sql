-- +goose Up
-- What our senders cost, from a day on. Where nothing stands here for a day, sender.cost
-- holds, which the settings of the process say.
CREATE TABLE price (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel    text NOT NULL CHECK (channel IN ('email', 'sms', 'call')),
  provider   text NOT NULL DEFAULT '',
  sender_id  bigint REFERENCES sender,
  from_day   date NOT NULL,
  dong       bigint NOT NULL CHECK (dong BETWEEN 0 AND 1000000),
  set_by     text NOT NULL,
  set_at     timestamptz NOT NULL,
  dropped_by text NOT NULL DEFAULT '',
  dropped_at timestamptz,
  CONSTRAINT price_scope_check CHECK (sender_id IS NULL OR provider = ''),
  CONSTRAINT price_dropped_check CHECK ((dropped_at IS NULL) = (dropped_by = ''))
);
CREATE UNIQUE INDEX price_place ON price (channel, provider, coalesce(sender_id, 0), from_day) WHERE dropped_at IS NULL;
COMMENT ON TABLE price IS 'What a message, a segment of a text or a call costs from a day on; the nearest holds: of the sender, of the provider, of the channel';
COMMENT ON COLUMN price.provider IS 'Of this provider only; empty: of every one';
COMMENT ON COLUMN price.sender_id IS 'Of this sender only; none: of every one';
COMMENT ON COLUMN price.from_day IS 'First day, of Viet Nam, of which it is the price';
COMMENT ON COLUMN price.dong IS 'In đồng; 0: nothing';
COMMENT ON COLUMN price.dropped_at IS 'When it was taken back or corrected, before its day';

-- +goose StatementBegin
CREATE FUNCTION prices_of(s sender) RETURNS jsonb LANGUAGE sql STABLE AS $$
  WITH mine AS MATERIALIZED (
    SELECT p.from_day, p.dong, (p.sender_id IS NOT NULL)::int * 2 + (p.provider <> '')::int AS near FROM price p
    WHERE p.dropped_at IS NULL AND p.channel = s.channel AND p.provider IN ('', s.provider) AND coalesce(p.sender_id, s.id) = s.id)
  SELECT coalesce(jsonb_agg(jsonb_build_object('from', d.from_day, 'dong',
    (SELECT m.dong FROM mine m WHERE m.from_day <= d.from_day ORDER BY m.near DESC, m.from_day DESC LIMIT 1)) ORDER BY d.from_day), '[]')
  FROM (SELECT DISTINCT from_day FROM mine) d
$$;
CREATE FUNCTION price_of(s sender, day date) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT (p ->> 'dong')::bigint FROM jsonb_array_elements(prices_of(s)) p
    WHERE (p ->> 'from')::date <= day ORDER BY (p ->> 'from')::date DESC LIMIT 1), s.cost)
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION prices_of IS 'The days from which a sender costs something else, and what';
COMMENT ON FUNCTION price_of IS 'What a sender costs on a day, in đồng';


-- Days by which the office's calendar of holidays differs from the one that is computed.
CREATE TABLE holiday (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  day        date NOT NULL,
  off        boolean NOT NULL,
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  set_by     text NOT NULL,
  set_at     timestamptz NOT NULL,
  dropped_by text NOT NULL DEFAULT '',
  dropped_at timestamptz,
  CONSTRAINT holiday_dropped_check CHECK ((dropped_at IS NULL) = (dropped_by = ''))
);
CREATE UNIQUE INDEX holiday_day ON holiday (day) WHERE dropped_at IS NULL;
COMMENT ON TABLE holiday IS 'Days that staff set beside the computed calendar vn: off, or worked after all';
COMMENT ON COLUMN holiday.off IS 'True: nobody is contacted, as on a public holiday; false: a computed holiday on which people work';
COMMENT ON COLUMN holiday.name IS 'What the day is';

SELECT custody_grants();
