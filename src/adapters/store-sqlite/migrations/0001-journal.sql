-- The journal and the state that is committed with it. Docs: docs/decisions/journal-store.md

-- One row is one complete exchange or fact. Readers take `body` and need nothing else.
CREATE TABLE entries (
  seq       INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  kind      TEXT    NOT NULL,  -- 'exchange', or the fact's name: 'call-status', 'heard', 'alert' …
  account   TEXT    NOT NULL,
  call_id   INTEGER,           -- calls.id; null for an entry about no call
  place     INTEGER NOT NULL,
  alert_sid TEXT,              -- of alerts only
  body      TEXT    NOT NULL   -- the entry as JSON
) STRICT;

-- By the call's small number and not by its random SID: calls that live at the same time then share index pages.
CREATE INDEX entries_of_call ON entries (call_id, place, kind) WHERE call_id IS NOT NULL;
CREATE INDEX entries_by_time ON entries (at);
CREATE INDEX alerts_of_account ON entries (account) WHERE kind = 'alert';
CREATE INDEX alerts_by_sid ON entries (alert_sid) WHERE alert_sid IS NOT NULL;

-- Requests decided on and not yet written as exchanges. Small: its rows live as long as their requests.
CREATE TABLE open_intents (
  id      INTEGER PRIMARY KEY,
  sid     TEXT    NOT NULL,
  call_id INTEGER,
  place   INTEGER NOT NULL,
  body    TEXT    NOT NULL
) STRICT;

-- A call gets its row, and with it its number, from whichever comes first, its state or an entry about it; `row` is
-- null until its state comes. A deleted call keeps number, SID and times, so that a list can go on behind it and
-- nothing written late brings it back.
CREATE TABLE calls (
  id          INTEGER PRIMARY KEY,
  sid         TEXT    NOT NULL UNIQUE,
  deleted     INTEGER NOT NULL DEFAULT 0,
  account     TEXT,
  parent      TEXT,
  to_party    TEXT,
  from_party  TEXT,
  status      TEXT,
  live        INTEGER NOT NULL DEFAULT 0,
  created_at  INTEGER,
  started_at  INTEGER,
  ended_at    INTEGER,
  row         TEXT,
  CHECK (row IS NULL OR (account IS NOT NULL AND created_at IS NOT NULL))
) STRICT;

CREATE INDEX calls_of_account ON calls (account) WHERE account IS NOT NULL;
CREATE INDEX calls_by_to ON calls (account, to_party) WHERE account IS NOT NULL;
CREATE INDEX calls_by_from ON calls (account, from_party) WHERE account IS NOT NULL;
CREATE INDEX calls_by_status ON calls (account, status) WHERE account IS NOT NULL;
CREATE INDEX calls_by_parent ON calls (account, parent) WHERE parent IS NOT NULL;
CREATE INDEX calls_by_start ON calls (account, started_at) WHERE started_at IS NOT NULL;
CREATE INDEX calls_by_end ON calls (account, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX calls_live ON calls (live) WHERE live = 1;
CREATE INDEX calls_deleted ON calls (created_at) WHERE deleted = 1;

CREATE TABLE resources (
  id         INTEGER PRIMARY KEY,  -- order of creation
  type       TEXT    NOT NULL,
  sid        TEXT    NOT NULL,
  account    TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  row        TEXT    NOT NULL,
  UNIQUE (type, sid)
) STRICT;
CREATE INDEX resources_of_account ON resources (type, account);

CREATE TABLE cursors (
  reader TEXT PRIMARY KEY,
  cursor TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row. A sequence number is never given twice, also when the newest entries are gone.
CREATE TABLE head (
  id           INTEGER PRIMARY KEY CHECK (id = 1),
  next_seq     INTEGER NOT NULL,
  last_instant INTEGER
) STRICT;
INSERT INTO head (id, next_seq) VALUES (1, 1);
