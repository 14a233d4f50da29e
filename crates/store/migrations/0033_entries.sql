CREATE TABLE entry (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  client_id {uuid} NOT NULL,
  client_name TEXT NOT NULL,
  area_path TEXT NOT NULL,
  kind TEXT NOT NULL CONSTRAINT entry_kind CHECK (kind IN ('contact', 'survey', 'inspection')),
  ground TEXT NOT NULL CONSTRAINT entry_ground CHECK (ground IN ('planned', 'clue')),
  contact_id {uuid},
  unit_id {uuid} NOT NULL,
  unit_name TEXT NOT NULL,
  day {day} NOT NULL,
  title TEXT NOT NULL,
  why TEXT NOT NULL DEFAULT '',
  wants_consent BOOLEAN NOT NULL DEFAULT FALSE,
  consented_at {instant},
  consented_by TEXT,
  dropped_at {instant},
  dropped_why TEXT NOT NULL DEFAULT '',
  made_at {instant} NOT NULL,
  made_by TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT entry_key PRIMARY KEY (id, county_id),
  CONSTRAINT entry_of_contact UNIQUE (contact_id, county_id),
  CONSTRAINT entry_contact CHECK ((kind = 'contact') = (contact_id IS NOT NULL)),
  CONSTRAINT entry_client FOREIGN KEY (client_id, county_id) REFERENCES client (id, county_id)
);
CREATE INDEX entry_newest ON entry (day, id);
CREATE INDEX entry_of_county ON entry (county_id, day, id);
CREATE INDEX entry_of_area ON entry (area_path, day, id);
CREATE INDEX entry_of_client ON entry (client_id, day, id);
CREATE INDEX entry_of_unit ON entry (unit_id, day, id);

CREATE TABLE quiet_period (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  area_id BIGINT NOT NULL,
  area_path TEXT NOT NULL,
  area_name TEXT NOT NULL,
  from_day {day} NOT NULL,
  until_day {day} NOT NULL,
  reason TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at {instant} NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT quiet_period_key PRIMARY KEY (id, county_id),
  CONSTRAINT quiet_period_days CHECK (until_day >= from_day)
);
CREATE INDEX quiet_period_of_area ON quiet_period (area_path, until_day);
