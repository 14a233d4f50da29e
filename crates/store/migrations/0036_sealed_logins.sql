-- Many sign in with their mobile number, so what somebody signs in with lies sealed: it is found by its blind index, and looked
-- through in the form that others are shown. What lies plain is sealed when the program starts.
ALTER TABLE account ADD COLUMN login_index TEXT;
ALTER TABLE account ADD COLUMN login_shown TEXT NOT NULL DEFAULT '******';
CREATE UNIQUE INDEX account_login_once ON account (login_index, county_id);
