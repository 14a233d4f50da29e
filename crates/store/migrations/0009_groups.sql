ALTER TABLE unit ADD COLUMN phone TEXT;
ALTER TABLE post ADD COLUMN rank TEXT CONSTRAINT post_rank CHECK (rank IN ('departmental', 'county_head', 'county_deputy',
  'section_head', 'section_deputy', 'staff'));
UPDATE post SET rank = (SELECT official.rank FROM official
    WHERE official.id = post.official_id AND official.county_id = post.county_id)
  WHERE until_day IS NULL;

CREATE INDEX unit_by_name ON unit (name, id);
CREATE INDEX unit_open_in_area ON unit (area_id) WHERE closed_on IS NULL;
CREATE INDEX official_by_name ON official (name, id);
DROP INDEX official_name;
CREATE INDEX post_ended_in_unit ON post (unit_id, until_day, id);

CREATE TABLE former_name (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  area_id BIGINT,
  unit_id {uuid},
  name TEXT NOT NULL,
  until_day {day} NOT NULL,
  CONSTRAINT former_name_key PRIMARY KEY (id, county_id),
  CONSTRAINT former_name_of_one CHECK ((area_id IS NULL) <> (unit_id IS NULL)),
  CONSTRAINT former_name_area FOREIGN KEY (area_id, county_id) REFERENCES area (id, county_id),
  CONSTRAINT former_name_unit FOREIGN KEY (unit_id, county_id) REFERENCES unit (id, county_id)
);
CREATE INDEX former_name_of_area ON former_name (area_id, until_day);
CREATE INDEX former_name_of_unit ON former_name (unit_id, until_day);

CREATE TABLE group_member (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  area_id BIGINT NOT NULL,
  area_path TEXT NOT NULL,
  kind TEXT NOT NULL CONSTRAINT group_member_kind CHECK (kind IN ('leading', 'coordination', 'solving', 'supervision')),
  position TEXT NOT NULL CONSTRAINT group_member_position CHECK (position IN ('leader', 'deputy', 'member', 'contact')),
  official_id {uuid} NOT NULL,
  official_county_id BIGINT NOT NULL,
  from_day {day} NOT NULL,
  until_day {day},
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT group_member_key PRIMARY KEY (id, county_id),
  CONSTRAINT group_member_days CHECK (until_day IS NULL OR until_day >= from_day),
  CONSTRAINT group_member_area FOREIGN KEY (area_id, county_id) REFERENCES area (id, county_id)
);
CREATE INDEX group_member_of_area ON group_member (area_id, kind, from_day);
CREATE INDEX group_member_of_official ON group_member (official_id, from_day);
