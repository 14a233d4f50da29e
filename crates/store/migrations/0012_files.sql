CREATE INDEX notice_unread_newest ON notice (account_id, at, id) WHERE read_at IS NULL;

CREATE TABLE file (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  account_id {uuid} NOT NULL,
  name TEXT NOT NULL,
  media TEXT NOT NULL,
  size BIGINT NOT NULL,
  digest TEXT NOT NULL,
  made_at {instant} NOT NULL,
  used_at {instant},
  CONSTRAINT file_key PRIMARY KEY (id, county_id),
  CONSTRAINT file_size CHECK (size > 0)
);
CREATE INDEX file_unused ON file (made_at, id) WHERE used_at IS NULL;
CREATE INDEX file_unused_of_account ON file (account_id) WHERE used_at IS NULL;

CREATE TABLE demand_file (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  demand_id {uuid} NOT NULL,
  event_id {uuid} NOT NULL,
  name TEXT NOT NULL,
  media TEXT NOT NULL,
  size BIGINT NOT NULL,
  CONSTRAINT demand_file_key PRIMARY KEY (id, county_id),
  CONSTRAINT demand_file_event FOREIGN KEY (event_id, county_id) REFERENCES demand_event (id, county_id)
);
CREATE INDEX demand_file_of_demand ON demand_file (demand_id, event_id);

ALTER TABLE demand ADD COLUMN due_since {instant};
CREATE INDEX demand_open_of_county ON demand (county_id, state, due_at, id) WHERE ended_at IS NULL;
CREATE INDEX demand_open_of_area ON demand (area_path, state, due_at, id) WHERE ended_at IS NULL;
CREATE INDEX demand_open_of_unit ON demand (lead_unit_id, state, due_at, id) WHERE ended_at IS NULL;
CREATE INDEX demand_ended ON demand (ended_at, county_id, area_path, state) WHERE ended_at IS NOT NULL;
CREATE INDEX demand_of_category ON demand (category_id, raised_at, id);
