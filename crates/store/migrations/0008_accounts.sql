ALTER TABLE account ADD COLUMN area_path TEXT NOT NULL DEFAULT '/';
ALTER TABLE account ADD COLUMN factor_wish TEXT;
ALTER TABLE session ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN issued_by TEXT;
ALTER TABLE role_grant ADD COLUMN liaison_id {uuid};
ALTER TABLE role_grant ADD COLUMN given_by TEXT NOT NULL DEFAULT '';

UPDATE account SET area_path = COALESCE(
  (SELECT unit.area_path FROM official JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id
   WHERE official.id = account.official_id),
  (SELECT client.area_path FROM role_grant JOIN client ON client.id = role_grant.client_id
   WHERE role_grant.account_id = account.id AND role_grant.county_id = account.county_id
   ORDER BY role_grant.id LIMIT 1),
  (SELECT unit.area_path FROM role_grant JOIN unit ON unit.id = role_grant.unit_id
   WHERE role_grant.account_id = account.id AND role_grant.county_id = account.county_id
   ORDER BY role_grant.id LIMIT 1),
  (SELECT role_grant.area_path FROM role_grant
   WHERE role_grant.account_id = account.id AND role_grant.county_id = account.county_id
     AND role_grant.area_path IS NOT NULL ORDER BY role_grant.id LIMIT 1),
  '/');

CREATE INDEX account_name ON account (name, id);
CREATE INDEX account_place ON account (area_path, name, id);
CREATE INDEX account_locked ON account (locked_until) WHERE locked_until IS NOT NULL;
CREATE INDEX session_issued ON session (made_at, id) WHERE issued_by IS NOT NULL;
CREATE INDEX role_grant_ending ON role_grant (until_day) WHERE until_day IS NOT NULL;

CREATE TABLE recovery_code (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  account_id {uuid} NOT NULL,
  code_hash TEXT NOT NULL,
  used_at {instant},
  CONSTRAINT recovery_code_key PRIMARY KEY (id, county_id),
  CONSTRAINT recovery_code_account FOREIGN KEY (account_id, county_id) REFERENCES account (id, county_id)
);
CREATE INDEX recovery_code_of_account ON recovery_code (account_id);

CREATE TABLE half_sign_in (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  account_id {uuid} NOT NULL,
  secret_hash TEXT NOT NULL,
  expires_at {instant} NOT NULL,
  ended_at {instant},
  CONSTRAINT half_sign_in_key PRIMARY KEY (id, county_id),
  CONSTRAINT half_sign_in_secret UNIQUE (secret_hash, county_id),
  CONSTRAINT half_sign_in_account FOREIGN KEY (account_id, county_id) REFERENCES account (id, county_id)
);

CREATE TABLE invitation (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  client_id {uuid} NOT NULL,
  liaison_id {uuid} NOT NULL,
  secret_hash TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at {instant} NOT NULL,
  expires_at {instant} NOT NULL,
  used_at {instant},
  revoked_at {instant},
  account_id {uuid},
  CONSTRAINT invitation_key PRIMARY KEY (id, county_id),
  CONSTRAINT invitation_secret UNIQUE (secret_hash, county_id),
  CONSTRAINT invitation_client FOREIGN KEY (client_id, county_id) REFERENCES client (id, county_id),
  CONSTRAINT invitation_liaison FOREIGN KEY (liaison_id, county_id) REFERENCES liaison (id, county_id)
);
CREATE INDEX invitation_of_client ON invitation (client_id, made_at, id);
CREATE INDEX invitation_of_liaison ON invitation (liaison_id);

CREATE INDEX audit_of_act ON audit (act, at, id);
CREATE INDEX audit_of_subject ON audit (subject, at, id);
CREATE INDEX audit_of_name ON audit (name, at, id);
CREATE INDEX audit_of_county ON audit (county_id, at, id);
