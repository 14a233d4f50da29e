ALTER TABLE official ADD COLUMN mobile_index TEXT;
CREATE INDEX official_mobile ON official (mobile_index) WHERE mobile_index IS NOT NULL;
ALTER TABLE liaison ADD COLUMN phone_index TEXT;
CREATE INDEX liaison_phone ON liaison (phone_index);

CREATE TABLE look (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  at {instant} NOT NULL,
  account_id {uuid} NOT NULL,
  looker TEXT NOT NULL,
  subject TEXT NOT NULL CONSTRAINT look_subject CHECK (subject IN ('liaison', 'official', 'demand')),
  subject_id {uuid} NOT NULL,
  subject_name TEXT NOT NULL,
  field TEXT NOT NULL CONSTRAINT look_field CHECK (field IN ('phone', 'client', 'contact')),
  client_id {uuid},
  official_id {uuid},
  reason TEXT NOT NULL CONSTRAINT look_reason CHECK (reason IN ('contact', 'verify', 'visit', 'register', 'other')),
  note TEXT NOT NULL DEFAULT '',
  way TEXT NOT NULL CONSTRAINT look_way CHECK (way IN ('screen', 'export')),
  CONSTRAINT look_key PRIMARY KEY (id, county_id)
);
CREATE INDEX look_of_client ON look (client_id, id);
CREATE INDEX look_of_official ON look (official_id, id);
CREATE INDEX look_of_subject ON look (subject_id, account_id, field);
