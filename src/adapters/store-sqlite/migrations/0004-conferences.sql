-- Conferences, live and over, each with the participants that are in it now.

CREATE TABLE conferences (
  id            INTEGER PRIMARY KEY,
  sid           TEXT    NOT NULL UNIQUE,
  account       TEXT    NOT NULL,
  friendly_name TEXT    NOT NULL,
  status        TEXT    NOT NULL,
  live          INTEGER NOT NULL,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  row           TEXT    NOT NULL  -- as JSON
) STRICT;

CREATE INDEX conferences_of_account ON conferences (account, created_at);
CREATE INDEX conferences_of_name ON conferences (account, friendly_name, created_at);
-- Few of all that ever were.
CREATE INDEX conferences_live ON conferences (account, created_at) WHERE live = 1;
