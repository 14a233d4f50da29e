ALTER TABLE pairing ADD COLUMN since_day {day};
