CREATE TABLE saved_filter (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  account_id {uuid} NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  made_at {instant} NOT NULL,
  CONSTRAINT saved_filter_key PRIMARY KEY (id, county_id),
  CONSTRAINT saved_filter_name UNIQUE (account_id, county_id, name)
);
CREATE INDEX demand_clock_unknown ON demand_clock (demand_id) WHERE due_at IS NULL AND paused_at IS NULL AND stopped_at IS NULL;
CREATE INDEX saved_filter_of_account ON saved_filter (account_id, made_at)
