CREATE TABLE pairing_round (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  area_id BIGINT NOT NULL,
  area_path TEXT NOT NULL,
  kind TEXT NOT NULL CONSTRAINT pairing_round_kind CHECK (kind IN ('full', 'adjustment')),
  name TEXT NOT NULL,
  first_day {day} NOT NULL,
  rules BIGINT NOT NULL,
  state TEXT NOT NULL CONSTRAINT pairing_round_state CHECK (state IN ('draft', 'planning', 'review', 'published', 'archived',
    'dropped')),
  step TEXT NOT NULL DEFAULT '',
  cost BIGINT NOT NULL DEFAULT 0,
  told {json} NOT NULL,
  seen {json} NOT NULL,
  made_by TEXT NOT NULL,
  made_at {instant} NOT NULL,
  moved_at {instant} NOT NULL,
  planned_at {instant},
  published_at {instant},
  published_by TEXT,
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT pairing_round_key PRIMARY KEY (id, county_id),
  CONSTRAINT pairing_round_area FOREIGN KEY (area_id, county_id) REFERENCES area (id, county_id)
);
CREATE INDEX pairing_round_in_area ON pairing_round (area_path, id);
CREATE INDEX pairing_round_current ON pairing_round (state, area_path) WHERE state IN ('planning', 'published');

CREATE TABLE round_place (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  round_id {uuid} NOT NULL,
  round_county_id BIGINT NOT NULL,
  client_id {uuid} NOT NULL,
  client_name TEXT NOT NULL,
  client_kind TEXT NOT NULL CONSTRAINT round_place_kind CHECK (client_kind IN ('enterprise', 'project')),
  area_path TEXT NOT NULL,
  part TEXT NOT NULL CONSTRAINT round_place_part CHECK (part IN ('lead', 'assist')),
  official_id {uuid},
  official_county_id BIGINT,
  official_name TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL DEFAULT '',
  unit_id {uuid},
  unit_name TEXT NOT NULL DEFAULT '',
  planned_id {uuid},
  now_id {uuid},
  now_name TEXT NOT NULL DEFAULT '',
  change TEXT NOT NULL CONSTRAINT round_place_change CHECK (change IN ('kept', 'changed', 'begun', 'unpaired', 'short')),
  origin TEXT NOT NULL CONSTRAINT round_place_origin CHECK (origin IN ('plan', 'hand')),
  cost BIGINT NOT NULL,
  why TEXT NOT NULL DEFAULT '',
  grounds {json} NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT round_place_key PRIMARY KEY (id, county_id),
  CONSTRAINT round_place_round FOREIGN KEY (round_id, round_county_id) REFERENCES pairing_round (id, county_id),
  CONSTRAINT round_place_client FOREIGN KEY (client_id, county_id) REFERENCES client (id, county_id)
);
CREATE INDEX round_place_by_name ON round_place (round_id, client_name, id);
CREATE INDEX round_place_of_county ON round_place (round_id, county_id, client_name, id);
CREATE INDEX round_place_in_area ON round_place (round_id, area_path, client_name, id);
CREATE INDEX round_place_of_unit ON round_place (round_id, unit_id, client_name, id);
CREATE INDEX round_place_of_official ON round_place (round_id, official_id);
CREATE INDEX round_place_by_change ON round_place (round_id, change, client_name, id);
CREATE INDEX round_place_by_hand ON round_place (round_id, client_name, id) WHERE origin = 'hand';
CREATE INDEX round_place_of_client ON round_place (client_id, round_id);

CREATE TABLE round_tally (
  round_id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  area_path TEXT NOT NULL,
  clients BIGINT NOT NULL,
  kept BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  begun BIGINT NOT NULL,
  unpaired BIGINT NOT NULL,
  assists BIGINT NOT NULL,
  short BIGINT NOT NULL,
  by_hand BIGINT NOT NULL,
  cost BIGINT NOT NULL,
  CONSTRAINT round_tally_key PRIMARY KEY (round_id, area_path, county_id)
);

CREATE TABLE round_load (
  round_id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  official_id {uuid} NOT NULL,
  name TEXT NOT NULL,
  area_path TEXT NOT NULL,
  unit_id {uuid} NOT NULL,
  unit_name TEXT NOT NULL,
  enterprises BIGINT NOT NULL,
  projects BIGINT NOT NULL,
  held_enterprises BIGINT NOT NULL,
  held_projects BIGINT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT round_load_key PRIMARY KEY (round_id, official_id, county_id)
);
CREATE INDEX round_load_of_unit ON round_load (round_id, unit_name, unit_id);
