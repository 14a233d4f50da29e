ALTER TABLE demand ADD COLUMN standing TEXT;
ALTER TABLE demand ADD COLUMN urgency TEXT NOT NULL DEFAULT 'ordinary';
ALTER TABLE demand ADD COLUMN sealed {bool} NOT NULL DEFAULT FALSE;
ALTER TABLE demand ADD COLUMN rung TEXT NOT NULL DEFAULT 'unit';
ALTER TABLE demand ADD COLUMN merged_into {uuid};
ALTER TABLE demand ADD COLUMN merged_number TEXT;
ALTER TABLE demand ADD COLUMN split_from {uuid};
ALTER TABLE demand ADD COLUMN split_number TEXT;
ALTER TABLE demand ADD COLUMN shelf_owner TEXT;
ALTER TABLE demand ADD COLUMN review_on {day};
ALTER TABLE demand ADD COLUMN wake_event TEXT;
CREATE INDEX demand_merged ON demand (merged_into) WHERE merged_into IS NOT NULL;

ALTER TABLE demand_clock ADD COLUMN paused_at {instant};
CREATE INDEX demand_clock_due ON demand_clock (kind, due_at) WHERE stopped_at IS NULL;

ALTER TABLE demand_event ADD COLUMN taken TEXT;
ALTER TABLE demand_event ADD COLUMN state TEXT;

CREATE TABLE demand_task (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  demand_id {uuid} NOT NULL,
  round BIGINT NOT NULL,
  unit_id {uuid} NOT NULL,
  unit_name TEXT NOT NULL,
  role TEXT NOT NULL,
  state TEXT NOT NULL,
  since {instant} NOT NULL,
  due_at {instant},
  CONSTRAINT demand_task_key PRIMARY KEY (id, county_id),
  CONSTRAINT demand_task_once UNIQUE (demand_id, county_id, round, unit_id, role),
  CONSTRAINT demand_task_demand FOREIGN KEY (demand_id, county_id) REFERENCES demand (id, county_id)
);
CREATE INDEX demand_task_of_unit ON demand_task (unit_id, role, state, since);
CREATE INDEX demand_task_objected ON demand_task (county_id, since) WHERE state = 'objected';

CREATE TABLE demand_rating (
  id {uuid} NOT NULL,
  county_id BIGINT NOT NULL,
  demand_id {uuid} NOT NULL,
  round BIGINT NOT NULL,
  part TEXT NOT NULL,
  rating TEXT NOT NULL,
  process TEXT,
  comment TEXT NOT NULL DEFAULT '',
  account_id {uuid},
  name TEXT NOT NULL,
  at {instant} NOT NULL,
  CONSTRAINT demand_rating_key PRIMARY KEY (id, county_id),
  CONSTRAINT demand_rating_demand FOREIGN KEY (demand_id, county_id) REFERENCES demand (id, county_id)
);
CREATE INDEX demand_rating_of_demand ON demand_rating (demand_id, at);

DROP CHECK demand.demand_state;
DROP CHECK demand_clock.demand_clock_kind;
DROP CHECK demand_event.demand_event_act;
DROP CHECK demand_event.demand_event_part;
DROP CHECK role_grant.role_grant_role;
CREATE INDEX demand_of_rung ON demand (rung, raised_at, id) WHERE rung <> 'unit'
