CREATE INDEX demand_of_matter ON demand (county_id, category_id, raised_at, id);

CREATE TABLE demand_model (
  purpose TEXT NOT NULL CONSTRAINT demand_model_purpose CHECK (purpose IN ('category', 'unit')),
  county_id BIGINT NOT NULL,
  learnt_at {instant} NOT NULL,
  demands BIGINT NOT NULL,
  checked BIGINT NOT NULL,
  hit BIGINT NOT NULL,
  bytes {bytes} NOT NULL,
  CONSTRAINT demand_model_key PRIMARY KEY (purpose, county_id)
)
