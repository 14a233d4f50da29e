-- What a notice is about, what of it may be said outside, and whether it was looked at for messages. Older ones were.
ALTER TABLE notice ADD COLUMN kind TEXT NOT NULL DEFAULT 'other';
ALTER TABLE notice ADD COLUMN number TEXT NOT NULL DEFAULT '';
ALTER TABLE notice ADD COLUMN carried {bool} NOT NULL DEFAULT TRUE;
CREATE INDEX notice_uncarried ON notice (id) WHERE NOT carried;

-- How somebody wants to be told outside. The id is the account's.
CREATE TABLE message_wish (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  email TEXT,
  email_wish TEXT,
  code_hash TEXT,
  code_until {instant},
  code_tries BIGINT NOT NULL DEFAULT 0,
  channels TEXT,
  paces {json},
  quiet TEXT,
  off_days {bool},
  version BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT message_wish_key PRIMARY KEY (id, county_id)
);

CREATE TABLE delivery (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  account_id {uuid} NOT NULL,
  channel TEXT NOT NULL CONSTRAINT delivery_channel CHECK (channel IN ('work', 'sms', 'email')),
  kind TEXT NOT NULL,
  notice_id {uuid},
  digest_id {uuid},
  state TEXT NOT NULL CONSTRAINT delivery_state CHECK (state IN ('waiting', 'gathered', 'sent', 'dropped', 'dead')),
  due_at {instant} NOT NULL,
  claimed_until {instant},
  tries BIGINT NOT NULL DEFAULT 0,
  reason TEXT,
  made_at {instant} NOT NULL,
  ended_at {instant},
  CONSTRAINT delivery_key PRIMARY KEY (id, county_id)
);
CREATE INDEX delivery_due ON delivery (due_at, id) WHERE state = 'waiting';
CREATE INDEX delivery_gathered ON delivery (due_at, account_id) WHERE state = 'gathered';
CREATE INDEX delivery_in_state ON delivery (state, made_at, id);
CREATE INDEX delivery_of_account ON delivery (account_id, due_at);
CREATE INDEX delivery_of_digest ON delivery (digest_id);

-- What would have been sent, where nothing is set up to carry it.
CREATE TABLE kept_message (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  channel TEXT NOT NULL,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  at {instant} NOT NULL,
  CONSTRAINT kept_message_key PRIMARY KEY (id, county_id)
);
CREATE INDEX kept_message_at ON kept_message (at, id);

-- The wording of messages, every version; the highest holds. No text: the built-in one holds again.
CREATE TABLE wording (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  channel TEXT NOT NULL,
  title TEXT,
  text TEXT,
  made_by TEXT NOT NULL,
  made_at {instant} NOT NULL,
  version BIGINT NOT NULL,
  CONSTRAINT wording_key PRIMARY KEY (id, county_id),
  CONSTRAINT wording_once UNIQUE (kind, channel, version, county_id)
);

-- Links that do one thing, once. The secret is kept as a hash.
CREATE TABLE one_click (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  account_id {uuid} NOT NULL,
  deed TEXT NOT NULL CONSTRAINT one_click_deed CHECK (deed IN ('confirm_contact', 'stop_email')),
  subject_id {uuid},
  secret_hash TEXT NOT NULL,
  made_at {instant} NOT NULL,
  expires_at {instant} NOT NULL,
  used_at {instant},
  CONSTRAINT one_click_key PRIMARY KEY (id, county_id),
  CONSTRAINT one_click_secret UNIQUE (secret_hash, county_id)
);
CREATE INDEX one_click_expires ON one_click (expires_at);
