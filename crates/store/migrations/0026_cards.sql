CREATE TABLE demand_card (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  demand_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  round BIGINT NOT NULL,
  unit_id {uuid},
  unit_name TEXT,
  card TEXT NOT NULL,
  due_at {instant} NOT NULL,
  shown_at {instant} NOT NULL,
  withdrawn_at {instant},
  mark TEXT NOT NULL,
  CONSTRAINT demand_card_key PRIMARY KEY (id, county_id),
  CONSTRAINT demand_card_once UNIQUE (demand_id, county_id, mark),
  CONSTRAINT demand_card_demand FOREIGN KEY (demand_id, county_id) REFERENCES demand (id, county_id)
);
CREATE INDEX demand_card_shown ON demand_card (shown_at) WHERE withdrawn_at IS NULL
