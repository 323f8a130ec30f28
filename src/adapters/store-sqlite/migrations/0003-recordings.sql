-- What is known of each recording. Its audio is a file in the folder of recordings.

-- It names its call by SID and not by number: it outlives the call and what stays of a deleted one.
CREATE TABLE recordings (
  id             INTEGER PRIMARY KEY,
  sid            TEXT    NOT NULL UNIQUE,
  account        TEXT    NOT NULL,
  call_sid       TEXT    NOT NULL,
  conference_sid TEXT,
  created_at     INTEGER NOT NULL,
  live           INTEGER NOT NULL,
  deleted_at     INTEGER,         -- null while there is audio, or may be
  row            TEXT    NOT NULL  -- as JSON
) STRICT;

-- Two of the whole account: whoever deletes recordings by the thousand leaves rows that the usual list must not walk.
CREATE INDEX recordings_kept ON recordings (account, created_at) WHERE deleted_at IS NULL;
CREATE INDEX recordings_of_account ON recordings (account, created_at);
CREATE INDEX recordings_of_call ON recordings (account, call_sid, created_at);
CREATE INDEX recordings_of_conference ON recordings (account, conference_sid, created_at) WHERE conference_sid IS NOT NULL;
CREATE INDEX recordings_live ON recordings (live) WHERE live = 1;
CREATE INDEX recordings_deleted ON recordings (deleted_at) WHERE deleted_at IS NOT NULL;
