-- Answers to forms are kept longer than a day: a telephone may be without a line for long. Nothing for answers to programs.
ALTER TABLE done_once ADD COLUMN kept_until {instant};
