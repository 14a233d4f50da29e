CREATE TABLE import (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  area_path TEXT NOT NULL,
  account_id {uuid} NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CONSTRAINT import_kind CHECK (kind IN ('areas', 'units', 'officials', 'enterprises', 'projects',
    'liaisons', 'pairings')),
  file_name TEXT NOT NULL,
  source TEXT NOT NULL,
  as_of {day} NOT NULL,
  state TEXT NOT NULL CONSTRAINT import_state CHECK (state IN ('checking', 'ready', 'wrong', 'writing', 'done', 'failed',
    'expired')),
  total BIGINT NOT NULL,
  done BIGINT NOT NULL DEFAULT 0,
  new_rows BIGINT NOT NULL DEFAULT 0,
  changed_rows BIGINT NOT NULL DEFAULT 0,
  same_rows BIGINT NOT NULL DEFAULT 0,
  wrong_rows BIGINT NOT NULL DEFAULT 0,
  told {json} NOT NULL,
  made_at {instant} NOT NULL,
  moved_at {instant} NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT import_key PRIMARY KEY (id, county_id)
);
CREATE INDEX import_of_account ON import (account_id, id);
CREATE INDEX import_in_area ON import (area_path, id);
CREATE INDEX import_unfinished ON import (made_at) WHERE state IN ('checking', 'ready', 'wrong', 'writing');

CREATE TABLE import_file (
  import_id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  part TEXT NOT NULL CONSTRAINT import_file_part CHECK (part IN ('sent', 'mistakes')),
  bytes {bytes} NOT NULL,
  CONSTRAINT import_file_key PRIMARY KEY (import_id, county_id, part),
  CONSTRAINT import_file_import FOREIGN KEY (import_id, county_id) REFERENCES import (id, county_id)
);
