CREATE TABLE category (
  id TEXT NOT NULL,
  county_id BIGINT NOT NULL,
  parent_id TEXT,
  name TEXT NOT NULL,
  CONSTRAINT category_key PRIMARY KEY (id, county_id)
);

CREATE TABLE counter (
  county_id BIGINT NOT NULL,
  day {day} NOT NULL,
  last BIGINT NOT NULL,
  CONSTRAINT counter_key PRIMARY KEY (county_id, day)
);

CREATE TABLE demand (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  number TEXT NOT NULL,
  client_id {uuid} NOT NULL,
  client_name TEXT NOT NULL,
  area_path TEXT NOT NULL,
  category_id TEXT NOT NULL,
  channel TEXT NOT NULL CONSTRAINT demand_channel CHECK (channel IN ('enterprise', 'commissioner', 'hotline', 'emergency')),
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CONSTRAINT demand_state CHECK (state IN ('raised', 'accepted', 'dispatched', 'handling', 'replied',
    'rejected', 'withdrawn', 'closed')),
  round BIGINT NOT NULL DEFAULT 1,
  complexity TEXT NOT NULL DEFAULT 'ordinary' CONSTRAINT demand_complexity CHECK (complexity IN ('ordinary', 'complex')),
  lead_unit_id {uuid},
  lead_unit_name TEXT,
  outcome TEXT CONSTRAINT demand_outcome CHECK (outcome IN ('solved', 'partly', 'explained', 'unlawful', 'shelved')),
  rating TEXT CONSTRAINT demand_rating CHECK (rating IN ('satisfied', 'fairly', 'dissatisfied')),
  raised_at {instant} NOT NULL,
  raised_by {uuid},
  due_at {instant},
  ended_at {instant},
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT demand_key PRIMARY KEY (id, county_id),
  CONSTRAINT demand_number UNIQUE (number, county_id),
  CONSTRAINT demand_client FOREIGN KEY (client_id, county_id) REFERENCES client (id, county_id)
);
CREATE INDEX demand_newest ON demand (raised_at, id);
CREATE INDEX demand_by_state ON demand (state, raised_at, id);
CREATE INDEX demand_of_county ON demand (county_id, raised_at, id);
CREATE INDEX demand_of_county_by_state ON demand (county_id, state, raised_at, id);
CREATE INDEX demand_of_area_by_state ON demand (area_path, state, raised_at, id);
CREATE INDEX demand_of_unit ON demand (lead_unit_id, raised_at, id);
CREATE INDEX demand_of_unit_by_state ON demand (lead_unit_id, state, raised_at, id);
CREATE INDEX demand_of_client ON demand (client_id, raised_at, id);

CREATE TABLE demand_clock (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  demand_id {uuid} NOT NULL,
  kind TEXT NOT NULL CONSTRAINT demand_clock_kind CHECK (kind IN ('contact', 'opinion', 'solve', 'handling', 'confirm')),
  round BIGINT NOT NULL,
  unit_id {uuid},
  unit_name TEXT,
  started_at {instant} NOT NULL,
  due_at {instant},
  stopped_at {instant},
  verdict TEXT CONSTRAINT demand_clock_verdict CHECK (verdict IN ('on_time', 'late', 'void')),
  CONSTRAINT demand_clock_key PRIMARY KEY (id, county_id),
  CONSTRAINT demand_clock_stop CHECK ((stopped_at IS NULL) = (verdict IS NULL)),
  CONSTRAINT demand_clock_demand FOREIGN KEY (demand_id, county_id) REFERENCES demand (id, county_id)
);
CREATE INDEX demand_clock_of_demand ON demand_clock (demand_id, started_at);

CREATE TABLE demand_event (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  demand_id {uuid} NOT NULL,
  place BIGINT NOT NULL,
  round BIGINT NOT NULL,
  act TEXT NOT NULL CONSTRAINT demand_event_act CHECK (act IN ('raise', 'accept', 'reject', 'dispatch', 'sign', 'return', 'reply',
    'confirm', 'reopen', 'withdraw', 'close')),
  part TEXT NOT NULL CONSTRAINT demand_event_part CHECK (part IN ('client', 'commissioner', 'desk', 'unit')),
  account_id {uuid},
  name TEXT NOT NULL,
  text TEXT NOT NULL DEFAULT '',
  unit_id {uuid},
  unit_name TEXT,
  outcome TEXT CONSTRAINT demand_event_outcome CHECK (outcome IN ('solved', 'partly', 'explained', 'unlawful', 'shelved')),
  rating TEXT CONSTRAINT demand_event_rating CHECK (rating IN ('satisfied', 'fairly', 'dissatisfied')),
  at {instant} NOT NULL,
  CONSTRAINT demand_event_key PRIMARY KEY (id, county_id),
  CONSTRAINT demand_event_demand FOREIGN KEY (demand_id, county_id) REFERENCES demand (id, county_id)
);
CREATE INDEX demand_event_of_demand ON demand_event (demand_id, place);
