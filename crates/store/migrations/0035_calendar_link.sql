CREATE TABLE calendar_link (
  account_id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  secret_hash TEXT NOT NULL,
  made_at {instant} NOT NULL,
  CONSTRAINT calendar_link_key PRIMARY KEY (account_id, county_id)
);
CREATE INDEX calendar_link_secret ON calendar_link (secret_hash);
