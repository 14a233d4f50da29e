CREATE INDEX client_of_kind ON client (kind, name, id);
CREATE INDEX client_of_county_and_kind ON client (county_id, kind, name, id);
CREATE INDEX client_of_area_and_kind ON client (area_path, kind, name, id);
CREATE INDEX client_of_kind_newest ON client (kind, id);
CREATE INDEX client_of_county_and_kind_newest ON client (county_id, kind, id);
CREATE INDEX client_of_area_and_kind_newest ON client (area_path, kind, id);

CREATE INDEX pairing_newest ON pairing (from_day, id);
CREATE INDEX pairing_of_county ON pairing (county_id, from_day, id);
ALTER TABLE pairing ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

ALTER TABLE liaison ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
