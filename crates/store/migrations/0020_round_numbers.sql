ALTER TABLE pairing_round ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
CREATE INDEX pairing_round_number ON pairing_round (number);

CREATE TABLE round_counter (
  county_id BIGINT NOT NULL,
  last BIGINT NOT NULL,
  CONSTRAINT round_counter_key PRIMARY KEY (county_id)
);
