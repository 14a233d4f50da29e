CREATE TABLE job (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  body {json} NOT NULL,
  run_at {instant} NOT NULL,
  claimed_until {instant},
  tries BIGINT NOT NULL DEFAULT 0,
  failure TEXT,
  dead {bool} NOT NULL DEFAULT FALSE,
  made_at {instant} NOT NULL,
  CONSTRAINT job_key PRIMARY KEY (id, county_id)
);
CREATE INDEX job_due ON job (dead, run_at);
