CREATE TABLE outbox (
  seq {seq_key},
  xid {xid},
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  topic TEXT NOT NULL,
  body {json} NOT NULL,
  at {instant} NOT NULL
);
CREATE INDEX outbox_order ON outbox (xid, seq);
CREATE TABLE outbox_reader (
  name TEXT NOT NULL PRIMARY KEY,
  xid BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  read_at {instant} NOT NULL
);
