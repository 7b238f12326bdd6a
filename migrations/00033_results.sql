-- +goose Up
-- What was printed or exported of a campaign, so that a figure in a report can be explained
-- when a later count gives another.
CREATE TABLE result_stamp (
  campaign_id bigint NOT NULL REFERENCES campaign,
  code        text NOT NULL CHECK (code ~ '^[0-9a-f]{8}$'),
  counted_at  timestamptz NOT NULL,
  figures     jsonb NOT NULL CHECK (jsonb_typeof(figures) = 'object'),
  kept_by     text NOT NULL,
  PRIMARY KEY (campaign_id, code)
);
COMMENT ON TABLE result_stamp IS 'Figures that stand in a print or a file; the same figures are one stamp, at the first time they were so';
COMMENT ON COLUMN result_stamp.code IS 'The first 8 hex digits of the SHA-256 of the figures, printed beside them';
COMMENT ON COLUMN result_stamp.figures IS 'Counts and shares by question as they were shown: what is hidden there is not here';
COMMENT ON COLUMN result_stamp.kept_by IS 'Login of who printed or exported them first';

CREATE TABLE result_count (
  campaign_id   bigint PRIMARY KEY REFERENCES campaign,
  counted_at    timestamptz NOT NULL,
  took          integer NOT NULL CHECK (took >= 0),
  invited       integer NOT NULL CHECK (invited >= 0),
  submitted     integer NOT NULL CHECK (submitted >= 0),
  partials      integer NOT NULL CHECK (partials >= 0),
  participation double precision CHECK (participation BETWEEN 0 AND 1)
);
COMMENT ON TABLE result_count IS 'The last count of each campaign''s results, so that a listing counts nothing';
COMMENT ON COLUMN result_count.took IS 'How long the count took, in milliseconds';
COMMENT ON COLUMN result_count.participation IS 'Usable responses over people invited [ISO 26362]; none where nobody was';
