-- Answers are searched too: they are read per demand, and all that was answered is to be taken into the index of words.
CREATE INDEX demand_event_answers ON demand_event (demand_id, place) WHERE act IN ('interim-reply', 'reply', 'approve');
INSERT INTO search_fresh (demand_id, county_id, raised_at, version)
SELECT demand.id, demand.county_id, demand.raised_at, demand.version FROM demand
WHERE EXISTS (SELECT 1 FROM demand_event answer WHERE answer.demand_id = demand.id AND answer.county_id = demand.county_id
  AND answer.act IN ('interim-reply', 'reply', 'approve'))
ON CONFLICT (demand_id, county_id) DO NOTHING;

-- What a unit helps with stands in its list in the list's order: since when the demand was raised.
ALTER TABLE demand_task ADD COLUMN raised_at {instant};
UPDATE demand_task SET raised_at = (SELECT demand.raised_at FROM demand
  WHERE demand.id = demand_task.demand_id AND demand.county_id = demand_task.county_id);
CREATE INDEX demand_task_helped ON demand_task (unit_id, raised_at, demand_id) WHERE role = 'co'
