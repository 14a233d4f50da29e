CREATE TABLE handover (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  client_id {uuid} NOT NULL,
  pairing_id {uuid} NOT NULL,
  former_id {uuid} NOT NULL,
  former_county_id BIGINT NOT NULL,
  next_id {uuid} NOT NULL,
  next_county_id BIGINT NOT NULL,
  from_day {day} NOT NULL,
  state TEXT NOT NULL CONSTRAINT handover_state CHECK (state IN ('open', 'prepared', 'received', 'confirmed', 'replaced')),
  note TEXT NOT NULL DEFAULT '',
  promises {json} NOT NULL,
  made_at {instant} NOT NULL,
  prepared_at {instant},
  prepared_by TEXT,
  received_at {instant},
  confirmed_at {instant},
  confirmed_by TEXT,
  unmet_at {instant},
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT handover_key PRIMARY KEY (id, county_id),
  CONSTRAINT handover_client FOREIGN KEY (client_id, county_id) REFERENCES client (id, county_id),
  CONSTRAINT handover_pairing FOREIGN KEY (pairing_id, county_id) REFERENCES pairing (id, county_id)
);
CREATE INDEX handover_newest ON handover (id);
CREATE INDEX handover_of_county ON handover (county_id, id);
CREATE INDEX handover_of_client ON handover (client_id);
CREATE INDEX handover_from ON handover (former_id) WHERE received_at IS NULL;
CREATE INDEX handover_to ON handover (next_id, id);

CREATE TABLE absence (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  official_id {uuid} NOT NULL,
  substitute_id {uuid} NOT NULL,
  substitute_county_id BIGINT NOT NULL,
  reason TEXT NOT NULL CONSTRAINT absence_reason CHECK (reason IN ('training', 'sickness', 'secondment', 'other')),
  note TEXT NOT NULL DEFAULT '',
  from_day {day} NOT NULL,
  until_day {day},
  made_by TEXT NOT NULL,
  made_at {instant} NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT absence_key PRIMARY KEY (id, county_id),
  CONSTRAINT absence_days CHECK (until_day IS NULL OR until_day >= from_day),
  CONSTRAINT absence_other CHECK (substitute_id <> official_id),
  CONSTRAINT absence_official FOREIGN KEY (official_id, county_id) REFERENCES official (id, county_id),
  CONSTRAINT absence_substitute FOREIGN KEY (substitute_id, substitute_county_id) REFERENCES official (id, county_id)
);
CREATE INDEX absence_newest ON absence (id);
CREATE INDEX absence_of_official ON absence (official_id, from_day);
CREATE INDEX absence_of_substitute ON absence (substitute_id, from_day);
