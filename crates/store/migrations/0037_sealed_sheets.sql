-- A sheet that waits for its import holds people's numbers: it lies sealed. It waits a day at most; what waits now is sent again.
DROP TABLE import_file;
CREATE TABLE import_file (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  import_id {uuid} NOT NULL,
  part TEXT NOT NULL CONSTRAINT import_file_part CHECK (part IN ('sent', 'mistakes')),
  sheet TEXT NOT NULL,
  CONSTRAINT import_file_key PRIMARY KEY (id, county_id),
  CONSTRAINT import_file_once UNIQUE (import_id, county_id, part),
  CONSTRAINT import_file_import FOREIGN KEY (import_id, county_id) REFERENCES import (id, county_id)
);
UPDATE import SET state = 'expired', version = version + 1 WHERE state IN ('checking', 'ready', 'wrong', 'writing');
