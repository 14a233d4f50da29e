CREATE TABLE notice (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  account_id {uuid} NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  link TEXT NOT NULL,
  at {instant} NOT NULL,
  read_at {instant},
  CONSTRAINT notice_key PRIMARY KEY (id, county_id)
);
CREATE INDEX notice_of_account ON notice (account_id, at, id);
CREATE INDEX notice_unread ON notice (account_id) WHERE read_at IS NULL;

CREATE INDEX role_grant_in_area ON role_grant (area_path, role);
CREATE INDEX role_grant_in_unit ON role_grant (unit_id);
CREATE INDEX role_grant_for_client ON role_grant (client_id);
CREATE INDEX account_of_official ON account (official_id);
