CREATE TABLE contact (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  client_id {uuid} NOT NULL,
  client_name TEXT NOT NULL,
  area_path TEXT NOT NULL,
  kind TEXT NOT NULL CONSTRAINT contact_kind CHECK (kind IN ('onsite', 'phone', 'wechat', 'video', 'message')),
  state TEXT NOT NULL CONSTRAINT contact_state CHECK (state IN ('planned', 'agreed', 'held', 'recorded', 'declined', 'cancelled')),
  turn TEXT CONSTRAINT contact_turn CHECK (turn IN ('client', 'commissioner')),
  opened_by TEXT NOT NULL CONSTRAINT contact_opened_by CHECK (opened_by IN ('client', 'commissioner')),
  official_id {uuid} NOT NULL,
  official_county_id BIGINT NOT NULL,
  official_name TEXT NOT NULL,
  unit_id {uuid} NOT NULL,
  unit_name TEXT NOT NULL,
  day {day} NOT NULL,
  hour TEXT NOT NULL DEFAULT '',
  purpose TEXT NOT NULL DEFAULT '',
  said TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  wants_consent BOOLEAN NOT NULL DEFAULT FALSE,
  recorded_at {instant},
  confirmed_at {instant},
  confirmed_by TEXT,
  denied_at {instant},
  yields BIGINT NOT NULL DEFAULT 0,
  counted_on {day},
  made_at {instant} NOT NULL,
  made_by {uuid},
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT contact_key PRIMARY KEY (id, county_id),
  CONSTRAINT contact_turned CHECK ((turn IS NULL) = (state <> 'planned')),
  CONSTRAINT contact_client FOREIGN KEY (client_id, county_id) REFERENCES client (id, county_id),
  CONSTRAINT contact_official FOREIGN KEY (official_id, official_county_id) REFERENCES official (id, county_id)
);
CREATE INDEX contact_newest ON contact (day, id);
CREATE INDEX contact_of_county ON contact (county_id, day, id);
CREATE INDEX contact_of_area ON contact (area_path, day, id);
CREATE INDEX contact_of_client ON contact (client_id, day, id);
CREATE INDEX contact_of_official ON contact (official_id, day, id);
CREATE INDEX contact_that_counts ON contact (client_id, counted_on) WHERE counted_on IS NOT NULL;
CREATE INDEX contact_ahead ON contact (client_id, state) WHERE state IN ('planned', 'agreed', 'held');

CREATE TABLE contact_participant (
  contact_id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  official_id {uuid} NOT NULL,
  place BIGINT NOT NULL,
  name TEXT NOT NULL,
  unit_id {uuid} NOT NULL,
  unit_name TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  CONSTRAINT contact_participant_key PRIMARY KEY (contact_id, official_id, county_id),
  CONSTRAINT contact_participant_contact FOREIGN KEY (contact_id, county_id) REFERENCES contact (id, county_id)
);

CREATE TABLE contact_yield (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  contact_id {uuid} NOT NULL,
  kind TEXT NOT NULL CONSTRAINT contact_yield_kind CHECK (kind IN ('demand', 'answer', 'policy', 'correction')),
  text TEXT NOT NULL DEFAULT '',
  demand_id {uuid},
  demand_number TEXT,
  at {instant} NOT NULL,
  CONSTRAINT contact_yield_key PRIMARY KEY (id, county_id),
  CONSTRAINT contact_yield_demand CHECK ((kind = 'demand') = (demand_id IS NOT NULL)),
  CONSTRAINT contact_yield_contact FOREIGN KEY (contact_id, county_id) REFERENCES contact (id, county_id)
);
CREATE INDEX contact_yield_of ON contact_yield (contact_id, at);
ALTER TABLE demand ADD COLUMN contact_id {uuid};
