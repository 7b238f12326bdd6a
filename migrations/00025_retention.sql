-- +goose Up
CREATE TABLE retention_day (
  day         date PRIMARY KEY,
  started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  report      jsonb NOT NULL DEFAULT '[]'
);
COMMENT ON TABLE retention_day IS 'Days on which the life of what need not be kept was ended, once whatever schedulers run; real time';
COMMENT ON COLUMN retention_day.report IS 'Counts by kind: what ended, and what stays for which reason';

CREATE TABLE redaction (
  ref     text PRIMARY KEY CHECK (ref ~ '^[anx][1-9][0-9]*$'),
  done_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE redaction IS 'Messages whose words the provider has no more: a for an attempt, n for a notice, x for an arrival';
