CREATE TABLE audit (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  at {instant} NOT NULL,
  account_id {uuid},
  name TEXT NOT NULL,
  act TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_id {uuid},
  detail {json} NOT NULL,
  seal_seq BIGINT,
  seal TEXT,
  CONSTRAINT audit_key PRIMARY KEY (id, county_id)
);
CREATE INDEX audit_unsealed ON audit (id) WHERE seal_seq IS NULL;
CREATE UNIQUE INDEX audit_seals ON audit (seal_seq);
CREATE INDEX audit_at ON audit (at, id);

CREATE TABLE area (
  id BIGINT NOT NULL,
  county_id BIGINT NOT NULL,
  parent_id BIGINT,
  level TEXT NOT NULL CONSTRAINT area_level CHECK (level IN ('province', 'city', 'county', 'town')),
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT area_key PRIMARY KEY (id, county_id)
);
CREATE INDEX area_path ON area (path);

CREATE TABLE unit (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  area_id BIGINT NOT NULL,
  area_path TEXT NOT NULL,
  level TEXT NOT NULL CONSTRAINT unit_level CHECK (level IN ('province', 'city', 'county', 'town')),
  kind TEXT NOT NULL CONSTRAINT unit_kind CHECK (kind IN ('department', 'economic_department', 'party_body', 'government',
    'town_office', 'university', 'state_enterprise', 'demand_desk')),
  name TEXT NOT NULL,
  closed_on {day},
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT unit_key PRIMARY KEY (id, county_id),
  CONSTRAINT unit_name UNIQUE (name, county_id),
  CONSTRAINT unit_area FOREIGN KEY (area_id, county_id) REFERENCES area (id, county_id)
);
CREATE INDEX unit_path ON unit (area_path, name);

CREATE TABLE official (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  unit_id {uuid} NOT NULL,
  name TEXT NOT NULL,
  rank TEXT NOT NULL CONSTRAINT official_rank CHECK (rank IN ('departmental', 'county_head', 'county_deputy', 'section_head',
    'section_deputy', 'staff')),
  mobile TEXT,
  left_on {day},
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT official_key PRIMARY KEY (id, county_id),
  CONSTRAINT official_unit FOREIGN KEY (unit_id, county_id) REFERENCES unit (id, county_id)
);
CREATE INDEX official_of_unit ON official (unit_id, name);
CREATE INDEX official_name ON official (name);

CREATE TABLE post (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  official_id {uuid} NOT NULL,
  unit_id {uuid} NOT NULL,
  title TEXT NOT NULL,
  from_day {day} NOT NULL,
  until_day {day},
  CONSTRAINT post_key PRIMARY KEY (id, county_id),
  CONSTRAINT post_days CHECK (until_day IS NULL OR until_day >= from_day),
  CONSTRAINT post_official FOREIGN KEY (official_id, county_id) REFERENCES official (id, county_id)
);
CREATE INDEX post_of_official ON post (official_id, from_day);
CREATE INDEX post_of_unit ON post (unit_id, from_day);

CREATE TABLE account (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  password TEXT NOT NULL,
  second_factor TEXT,
  second_factor_step BIGINT NOT NULL DEFAULT 0,
  official_id {uuid},
  failures BIGINT NOT NULL DEFAULT 0,
  locked_until {instant},
  must_change {bool} NOT NULL DEFAULT FALSE,
  closed_at {instant},
  made_at {instant} NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT account_key PRIMARY KEY (id, county_id),
  CONSTRAINT account_login UNIQUE (login, county_id)
);

CREATE TABLE role_grant (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  account_id {uuid} NOT NULL,
  role TEXT NOT NULL CONSTRAINT role_grant_role CHECK (role IN ('liaison', 'commissioner', 'handler', 'unit_head', 'area_desk',
    'coordination', 'solving', 'supervision', 'leader', 'peer', 'system_admin', 'security_admin', 'audit_admin')),
  area_path TEXT,
  unit_id {uuid},
  client_id {uuid},
  from_day {day} NOT NULL,
  until_day {day},
  CONSTRAINT role_grant_key PRIMARY KEY (id, county_id),
  CONSTRAINT role_grant_account FOREIGN KEY (account_id, county_id) REFERENCES account (id, county_id)
);
CREATE INDEX role_grant_of_account ON role_grant (account_id);

CREATE TABLE session (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  account_id {uuid} NOT NULL,
  kind TEXT NOT NULL CONSTRAINT session_kind CHECK (kind IN ('browser', 'api', 'peer')),
  secret_hash TEXT NOT NULL,
  label TEXT NOT NULL,
  made_at {instant} NOT NULL,
  expires_at {instant} NOT NULL,
  ended_at {instant},
  CONSTRAINT session_key PRIMARY KEY (id, county_id),
  CONSTRAINT session_secret UNIQUE (secret_hash, county_id),
  CONSTRAINT session_account FOREIGN KEY (account_id, county_id) REFERENCES account (id, county_id)
);
CREATE INDEX session_of_account ON session (account_id);

CREATE TABLE throttle (
  source TEXT NOT NULL PRIMARY KEY,
  window_start {instant} NOT NULL,
  tries BIGINT NOT NULL
);
