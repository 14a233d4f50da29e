CREATE TABLE visit_rhythm (
  client_id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  area_path TEXT NOT NULL,
  official_id {uuid},
  official_county_id BIGINT,
  unit_id {uuid},
  since_day {day},
  last_on {day},
  planned_on {day},
  months BIGINT NOT NULL,
  due_day {day},
  sure BOOLEAN NOT NULL DEFAULT FALSE,
  remind_on {day},
  wish_months BIGINT,
  wish_calls BOOLEAN NOT NULL DEFAULT FALSE,
  wish_words TEXT NOT NULL DEFAULT '',
  wish_side TEXT CONSTRAINT visit_rhythm_wish_side CHECK (wish_side IN ('client', 'commissioner')),
  wish_by TEXT,
  excuse TEXT CONSTRAINT visit_rhythm_excuse CHECK (excuse IN ('asked_not', 'busy', 'idle', 'hazard', 'official', 'other')),
  excuse_words TEXT NOT NULL DEFAULT '',
  excuse_until {day},
  excuse_side TEXT CONSTRAINT visit_rhythm_excuse_side CHECK (excuse_side IN ('client', 'commissioner')),
  excuse_by TEXT,
  reckoned_on {day} NOT NULL,
  version BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT visit_rhythm_key PRIMARY KEY (client_id, county_id),
  CONSTRAINT visit_rhythm_due CHECK (due_day IS NULL OR official_id IS NOT NULL),
  CONSTRAINT visit_rhythm_excused CHECK ((excuse IS NULL) = (excuse_until IS NULL)),
  CONSTRAINT visit_rhythm_client FOREIGN KEY (client_id, county_id) REFERENCES client (id, county_id)
);
CREATE INDEX visit_rhythm_due_first ON visit_rhythm (due_day, client_id) WHERE due_day IS NOT NULL;
CREATE INDEX visit_rhythm_of_county ON visit_rhythm (county_id, due_day, client_id) WHERE due_day IS NOT NULL;
CREATE INDEX visit_rhythm_of_area ON visit_rhythm (area_path, due_day, client_id) WHERE due_day IS NOT NULL;
CREATE INDEX visit_rhythm_of_unit ON visit_rhythm (unit_id, due_day, client_id) WHERE due_day IS NOT NULL;
CREATE INDEX visit_rhythm_of_official ON visit_rhythm (official_id, due_day, client_id) WHERE due_day IS NOT NULL;
CREATE INDEX visit_rhythm_excused_first ON visit_rhythm (due_day, client_id) WHERE excuse IS NOT NULL;
CREATE INDEX visit_rhythm_excused_in_county ON visit_rhythm (county_id, due_day, client_id) WHERE excuse IS NOT NULL;
CREATE INDEX visit_rhythm_excused_in_unit ON visit_rhythm (unit_id, due_day, client_id) WHERE excuse IS NOT NULL;
CREATE INDEX visit_rhythm_to_remind ON visit_rhythm (remind_on) WHERE remind_on IS NOT NULL;
CREATE INDEX visit_rhythm_to_reckon ON visit_rhythm (reckoned_on);

INSERT INTO visit_rhythm (client_id, county_id, area_path, months, reckoned_on)
SELECT client.id, client.county_id, client.area_path, 0, '1970-01-01' FROM client
WHERE EXISTS (SELECT 1 FROM pairing WHERE pairing.client_id = client.id AND pairing.county_id = client.county_id);

CREATE TABLE visit_reminder (
  official_id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  told_on {day} NOT NULL,
  CONSTRAINT visit_reminder_key PRIMARY KEY (official_id, county_id)
);
