-- A role that is held for some days for somebody who is away (替岗): whose it is, and the name as it was.
ALTER TABLE role_grant ADD COLUMN stands_in_for {uuid};
ALTER TABLE role_grant ADD COLUMN stands_in_name TEXT;
CREATE INDEX role_grant_stands_in ON role_grant (stands_in_for, from_day) WHERE stands_in_for IS NOT NULL;

-- What was closed and waits to be archived, the longest closed first.
CREATE INDEX demand_to_archive ON demand (ended_at, id) WHERE state = 'closed'
