ALTER TABLE pairing ADD COLUMN part TEXT NOT NULL DEFAULT 'lead' CONSTRAINT pairing_part CHECK (part IN ('lead', 'assist'));
ALTER TABLE pairing ADD COLUMN round_id {uuid};

CREATE TABLE pairing_rules (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  body {json} NOT NULL,
  reason TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at {instant} NOT NULL,
  CONSTRAINT pairing_rules_key PRIMARY KEY (id, county_id),
  CONSTRAINT pairing_rules_number UNIQUE (number, county_id)
);
