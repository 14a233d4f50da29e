CREATE INDEX session_live ON session (expires_at) WHERE ended_at IS NULL;
