-- +goose Up
CREATE TABLE spooler (
  id      text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{16}$'),
  host    text NOT NULL,
  seen_at timestamptz NOT NULL,
  waiting integer NOT NULL CHECK (waiting >= 0)
) WITH (fillfactor = 50);
COMMENT ON TABLE spooler IS 'Processes that keep on their disk what arrives while this database is away: nothing is sent as long as one of them may hold a STOP that is not stored yet';
COMMENT ON COLUMN spooler.id IS 'A random id, kept in the spool directory';
COMMENT ON COLUMN spooler.host IS 'The machine, for staff';
COMMENT ON COLUMN spooler.seen_at IS 'The last beat, by the clock of Postgres; one comes every second';
COMMENT ON COLUMN spooler.waiting IS 'Arrivals on its disk that were not stored at that beat';
