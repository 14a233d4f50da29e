CREATE INDEX demand_open_of_matter ON demand (county_id, category_id, raised_at, id) WHERE ended_at IS NULL;
CREATE INDEX demand_unsolved_of_matter ON demand (county_id, category_id, raised_at, id)
  WHERE ended_at IS NOT NULL AND outcome IN ('partly', 'explained', 'unlawful')
