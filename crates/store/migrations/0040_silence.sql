CREATE TABLE silence_draw (
  month {day} NOT NULL,
  county_id BIGINT NOT NULL,
  since_day {day} NOT NULL,
  wanted BIGINT NOT NULL,
  drawn_at {instant} NOT NULL,
  CONSTRAINT silence_draw_key PRIMARY KEY (month, county_id)
);

CREATE TABLE silence_stratum (
  month {day} NOT NULL,
  county_id BIGINT NOT NULL,
  class TEXT NOT NULL CONSTRAINT silence_stratum_class CHECK (class IN ('industry', 'construction', 'trade', 'service', 'other', 'project')),
  area_path TEXT NOT NULL,
  clients BIGINT NOT NULL,
  demanding BIGINT NOT NULL,
  silent BIGINT NOT NULL,
  left_alone BIGINT NOT NULL,
  drawn BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  solved BIGINT NOT NULL,
  CONSTRAINT silence_stratum_key PRIMARY KEY (month, county_id, class)
);

CREATE TABLE silence_call (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  month {day} NOT NULL,
  client_id {uuid} NOT NULL,
  client_name TEXT NOT NULL,
  area_path TEXT NOT NULL,
  class TEXT NOT NULL CONSTRAINT silence_call_class CHECK (class IN ('industry', 'construction', 'trade', 'service', 'other', 'project')),
  result TEXT CONSTRAINT silence_call_result CHECK (result IN ('well', 'need', 'missed', 'unwanted', 'gone')),
  note TEXT NOT NULL DEFAULT '',
  result_at {instant},
  result_by TEXT,
  demand_id {uuid},
  demand_number TEXT,
  made_at {instant} NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT silence_call_key PRIMARY KEY (id, county_id),
  CONSTRAINT silence_call_once UNIQUE (client_id, month, county_id),
  CONSTRAINT silence_call_told CHECK ((result IS NULL) = (result_at IS NULL)),
  CONSTRAINT silence_call_need CHECK (demand_id IS NULL OR result = 'need'),
  CONSTRAINT silence_call_client FOREIGN KEY (client_id, county_id) REFERENCES client (id, county_id)
);
CREATE INDEX silence_call_newest ON silence_call (month, id);
CREATE INDEX silence_call_of_county ON silence_call (county_id, month, id);
CREATE INDEX silence_call_of_area ON silence_call (area_path, month, id);
