CREATE TABLE pairing_bar (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  kind TEXT NOT NULL CONSTRAINT pairing_bar_kind CHECK (kind IN ('recusal', 'change', 'unwanted', 'unit_out')),
  ground TEXT CONSTRAINT pairing_bar_ground CHECK (ground IN ('family', 'shareholding', 'enforcement', 'other')),
  state TEXT NOT NULL CONSTRAINT pairing_bar_state CHECK (state IN ('pending', 'held', 'declined', 'withdrawn')),
  client_id {uuid},
  official_id {uuid},
  official_county_id BIGINT,
  unit_id {uuid},
  note TEXT NOT NULL,
  answer TEXT NOT NULL DEFAULT '',
  asked_by {uuid},
  made_by TEXT NOT NULL,
  made_at {instant} NOT NULL,
  from_day {day} NOT NULL,
  until_day {day},
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT pairing_bar_key PRIMARY KEY (id, county_id),
  CONSTRAINT pairing_bar_days CHECK (until_day IS NULL OR until_day >= from_day),
  CONSTRAINT pairing_bar_parties CHECK (
    (client_id IS NULL) = (kind = 'unit_out') AND (unit_id IS NOT NULL) = (kind = 'unit_out')
    AND (official_id IS NOT NULL) = (kind IN ('recusal', 'change')) AND (ground IS NOT NULL) = (kind = 'recusal')),
  CONSTRAINT pairing_bar_client FOREIGN KEY (client_id, county_id) REFERENCES client (id, county_id),
  CONSTRAINT pairing_bar_unit FOREIGN KEY (unit_id, county_id) REFERENCES unit (id, county_id)
);
CREATE INDEX pairing_bar_newest ON pairing_bar (id);
CREATE INDEX pairing_bar_of_county ON pairing_bar (county_id, id);
CREATE INDEX pairing_bar_of_client ON pairing_bar (client_id);
CREATE INDEX pairing_bar_of_unit ON pairing_bar (unit_id) WHERE unit_id IS NOT NULL;
CREATE INDEX pairing_bar_pending ON pairing_bar (county_id) WHERE state = 'pending';
