-- The index of words: per slice of time and term, the seconds in which a demand was raised that holds it. It belongs to
-- the site as a whole and carries the site's top area as its county.
CREATE TABLE search_term (
  county_id BIGINT NOT NULL,
  slice BIGINT NOT NULL,
  term TEXT NOT NULL,
  places {bytes} NOT NULL,
  CONSTRAINT search_term_key PRIMARY KEY (county_id, slice, term)
){in_key};

-- Demands that the index does not hold yet as they are now: those are looked through one by one.
CREATE TABLE search_fresh (
  demand_id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  raised_at {instant} NOT NULL,
  version BIGINT NOT NULL,
  CONSTRAINT search_fresh_key PRIMARY KEY (demand_id, county_id)
);
CREATE INDEX search_fresh_newest ON search_fresh (raised_at);

-- Whoever writes the index takes its row first: one node at a time.
CREATE TABLE search_turn (
  county_id BIGINT NOT NULL,
  turns BIGINT NOT NULL,
  CONSTRAINT search_turn_key PRIMARY KEY (county_id)
);

INSERT INTO search_fresh (demand_id, county_id, raised_at, version) SELECT id, county_id, raised_at, version FROM demand;

-- What nodes remember of the database, each kind with how often it has changed.
CREATE TABLE stamp (
  name TEXT NOT NULL PRIMARY KEY,
  changes BIGINT NOT NULL
);
