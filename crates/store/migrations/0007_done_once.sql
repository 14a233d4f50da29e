CREATE TABLE done_once (
  account_id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  status BIGINT NOT NULL,
  version BIGINT,
  body {json},
  at {instant} NOT NULL,
  CONSTRAINT done_once_key PRIMARY KEY (account_id, key, county_id)
);
CREATE INDEX done_once_at ON done_once (at);
