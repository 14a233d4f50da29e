-- What speaks of a complaint, by when it was said: for the audit side, which looks at a month.
CREATE INDEX demand_rating_bad ON demand_rating (at) WHERE rating = 'dissatisfied';
CREATE INDEX demand_event_against ON demand_event (at) WHERE act IN ('rule', 'reopen');
CREATE INDEX pairing_bar_recused ON pairing_bar (client_id, official_id) WHERE kind = 'recusal';
