CREATE TABLE client (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  kind TEXT NOT NULL CONSTRAINT client_kind CHECK (kind IN ('enterprise', 'project')),
  name TEXT NOT NULL,
  area_id BIGINT NOT NULL,
  area_path TEXT NOT NULL,
  address TEXT NOT NULL DEFAULT '',
  closed_on {day},
  made_at {instant} NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT client_key PRIMARY KEY (id, county_id),
  CONSTRAINT client_area FOREIGN KEY (area_id, county_id) REFERENCES area (id, county_id)
);
CREATE INDEX client_name ON client (name, id);
CREATE INDEX client_of_county ON client (county_id, name, id);
CREATE INDEX client_path ON client (area_path);

CREATE TABLE enterprise (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  credit_code TEXT NOT NULL,
  industry TEXT NOT NULL,
  scale TEXT NOT NULL CONSTRAINT enterprise_scale CHECK (scale IN ('large', 'medium', 'small', 'micro')),
  list TEXT CONSTRAINT enterprise_list CHECK (list IN ('industry', 'construction', 'trade', 'service')),
  CONSTRAINT enterprise_key PRIMARY KEY (id, county_id),
  CONSTRAINT enterprise_code UNIQUE (credit_code, county_id),
  CONSTRAINT enterprise_client FOREIGN KEY (id, county_id) REFERENCES client (id, county_id)
);

CREATE TABLE project (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  code TEXT NOT NULL,
  level TEXT NOT NULL CONSTRAINT project_level CHECK (level IN ('province', 'city', 'county')),
  builder TEXT NOT NULL,
  investment BIGINT NOT NULL CONSTRAINT project_investment CHECK (investment >= 0),
  CONSTRAINT project_key PRIMARY KEY (id, county_id),
  CONSTRAINT project_code UNIQUE (code, county_id),
  CONSTRAINT project_client FOREIGN KEY (id, county_id) REFERENCES client (id, county_id)
);

CREATE TABLE fact (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  client_id {uuid} NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  source TEXT NOT NULL,
  as_of {day} NOT NULL,
  recorded_at {instant} NOT NULL,
  recorded_by TEXT NOT NULL,
  CONSTRAINT fact_key PRIMARY KEY (id, county_id),
  CONSTRAINT fact_client FOREIGN KEY (client_id, county_id) REFERENCES client (id, county_id)
);
CREATE INDEX fact_of_client ON fact (client_id, field, recorded_at);

CREATE TABLE liaison (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  client_id {uuid} NOT NULL,
  name TEXT NOT NULL,
  position TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL,
  from_day {day} NOT NULL,
  until_day {day},
  CONSTRAINT liaison_key PRIMARY KEY (id, county_id),
  CONSTRAINT liaison_client FOREIGN KEY (client_id, county_id) REFERENCES client (id, county_id)
);
CREATE INDEX liaison_of_client ON liaison (client_id, from_day);

CREATE TABLE pairing (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  client_id {uuid} NOT NULL,
  official_id {uuid} NOT NULL,
  official_county_id BIGINT NOT NULL,
  from_day {day} NOT NULL,
  until_day {day},
  CONSTRAINT pairing_key PRIMARY KEY (id, county_id),
  CONSTRAINT pairing_days CHECK (until_day IS NULL OR until_day >= from_day),
  CONSTRAINT pairing_client FOREIGN KEY (client_id, county_id) REFERENCES client (id, county_id)
);
CREATE INDEX pairing_of_client ON pairing (client_id, from_day);
CREATE INDEX pairing_of_official ON pairing (official_id, from_day);
