ALTER TABLE category ADD COLUMN closed_on {day};
ALTER TABLE category ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

CREATE TABLE category_change (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  category_id TEXT NOT NULL,
  place BIGINT NOT NULL,
  act TEXT NOT NULL CONSTRAINT category_change_act CHECK (act IN ('add', 'rename', 'close', 'reopen')),
  name TEXT NOT NULL,
  reason TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at {instant} NOT NULL,
  CONSTRAINT category_change_key PRIMARY KEY (id, county_id),
  CONSTRAINT category_change_category FOREIGN KEY (category_id, county_id) REFERENCES category (id, county_id)
);
CREATE INDEX category_change_of_category ON category_change (category_id, place);

CREATE TABLE duty (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  category_id TEXT NOT NULL,
  area_path TEXT NOT NULL,
  unit_id {uuid} NOT NULL,
  unit_county_id BIGINT NOT NULL,
  reserved {bool} NOT NULL DEFAULT FALSE,
  basis TEXT NOT NULL,
  from_day {day} NOT NULL,
  until_day {day},
  replaces_id {uuid},
  made_by TEXT NOT NULL,
  made_at {instant} NOT NULL,
  ended_by TEXT,
  ended_at {instant},
  end_reason TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT duty_key PRIMARY KEY (id, county_id),
  CONSTRAINT duty_unit FOREIGN KEY (unit_id, unit_county_id) REFERENCES unit (id, county_id)
);
CREATE INDEX duty_of_category ON duty (category_id, area_path);
CREATE INDEX duty_in_area ON duty (area_path, category_id, id);
CREATE INDEX duty_of_unit ON duty (unit_id, category_id);

CREATE TABLE precedent_counter (
  county_id BIGINT NOT NULL,
  year BIGINT NOT NULL,
  last BIGINT NOT NULL,
  CONSTRAINT precedent_counter_key PRIMARY KEY (county_id, year)
);

CREATE TABLE precedent (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  number TEXT NOT NULL,
  category_id TEXT NOT NULL,
  area_path TEXT NOT NULL,
  demand_id {uuid} NOT NULL,
  demand_number TEXT NOT NULL,
  objector_id {uuid} NOT NULL,
  objector_name TEXT NOT NULL,
  ground TEXT NOT NULL,
  unit_id {uuid} NOT NULL,
  unit_name TEXT NOT NULL,
  reasoning TEXT NOT NULL,
  keywords TEXT NOT NULL,
  ruled_by TEXT NOT NULL,
  ruled_at {instant} NOT NULL,
  withdrawn_by TEXT,
  withdrawn_at {instant},
  withdrawal TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT precedent_key PRIMARY KEY (id, county_id),
  CONSTRAINT precedent_number UNIQUE (number, county_id),
  CONSTRAINT precedent_withdrawal CHECK ((withdrawn_by IS NULL) = (withdrawn_at IS NULL))
);
CREATE INDEX precedent_newest ON precedent (ruled_at, number);
CREATE INDEX precedent_of_category ON precedent (category_id, area_path, ruled_at);
CREATE INDEX precedent_of_demand ON precedent (demand_id);

CREATE TABLE limit_table (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  from_day {day} NOT NULL,
  body {json} NOT NULL,
  reason TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at {instant} NOT NULL,
  CONSTRAINT limit_table_key PRIMARY KEY (id, county_id),
  CONSTRAINT limit_table_number UNIQUE (number, county_id)
);
CREATE INDEX limit_table_in_force ON limit_table (county_id, from_day, number);

CREATE TABLE phrase (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  act TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  unit_id {uuid},
  area_path TEXT,
  account_id {uuid},
  made_by TEXT NOT NULL,
  made_at {instant} NOT NULL,
  removed_at {instant},
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT phrase_key PRIMARY KEY (id, county_id),
  CONSTRAINT phrase_owner CHECK (
    (unit_id IS NOT NULL AND area_path IS NULL AND account_id IS NULL)
    OR (unit_id IS NULL AND area_path IS NOT NULL AND account_id IS NULL)
    OR (unit_id IS NULL AND area_path IS NULL AND account_id IS NOT NULL))
);
CREATE INDEX phrase_of_unit ON phrase (unit_id, act) WHERE unit_id IS NOT NULL;
CREATE INDEX phrase_of_area ON phrase (area_path, act) WHERE area_path IS NOT NULL;
CREATE INDEX phrase_of_account ON phrase (account_id, act) WHERE account_id IS NOT NULL;
