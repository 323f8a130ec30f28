-- Event Streams: who is told what, how far each sink is, and what went wrong. Docs: docs/decisions/event-delivery.md

CREATE TABLE sinks (
  sid        TEXT    PRIMARY KEY,
  account    TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  row        TEXT    NOT NULL  -- as JSON; configuration and secrets are sealed in it
) STRICT, WITHOUT ROWID;
CREATE INDEX sinks_of_account ON sinks (account, created_at, sid);

-- A deleted subscription stays until its sink's cursor has passed the end of its ranges.
CREATE TABLE subscriptions (
  sid        TEXT    PRIMARY KEY,
  account    TEXT    NOT NULL,
  sink       TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  deleted    INTEGER NOT NULL DEFAULT 0,
  row        TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriptions_of_account ON subscriptions (account, created_at, sid);
CREATE INDEX subscriptions_of_sink ON subscriptions (sink);

-- Of sinks that are subscribed. Every event up to the cursor is delivered, waiting, or a dead letter.
CREATE TABLE sink_states (
  sink          TEXT    PRIMARY KEY,
  cursor        INTEGER NOT NULL,
  failing_since INTEGER
) STRICT, WITHOUT ROWID;

-- Deliveries that do not come from the cursor: what failed and is tried again, replays, redrives, tests.
CREATE TABLE waiting (
  id       TEXT    PRIMARY KEY,
  sink     TEXT    NOT NULL,
  place    REAL    NOT NULL,  -- order among a sink's rows
  trigger  TEXT    NOT NULL,
  attempts INTEGER NOT NULL,
  first_at INTEGER,
  due_at   INTEGER NOT NULL,
  lanes    TEXT    NOT NULL,  -- calls whose order depends on it, as JSON
  code     INTEGER,
  why      TEXT,
  test_id  TEXT,
  events   TEXT    NOT NULL   -- the CloudEvents' texts, as a JSON array of strings
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_of_sink ON waiting (sink, place);

CREATE TABLE dead_letters (
  id       INTEGER PRIMARY KEY,
  sid      TEXT    NOT NULL UNIQUE,
  account  TEXT    NOT NULL,
  sink     TEXT    NOT NULL,
  at       INTEGER NOT NULL,  -- when it was given up
  time     INTEGER NOT NULL,  -- of the event
  type     TEXT    NOT NULL,
  event_id TEXT    NOT NULL,
  call_sid TEXT,
  code     INTEGER NOT NULL,
  why      TEXT    NOT NULL,
  attempts INTEGER NOT NULL,
  event    TEXT    NOT NULL   -- the CloudEvent's text
) STRICT;
CREATE INDEX dead_letters_of_account ON dead_letters (account, id);
CREATE INDEX dead_letters_of_sink ON dead_letters (sink, id);
CREATE INDEX dead_letters_by_time ON dead_letters (at);

-- Written before a request is sent; `outcome` is null until it is known.
CREATE TABLE attempts (
  id       INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL,
  account  TEXT    NOT NULL,
  sink     TEXT    NOT NULL,
  delivery TEXT    NOT NULL,
  attempt  INTEGER NOT NULL,
  trigger  TEXT    NOT NULL,
  url      TEXT,
  test_id  TEXT,
  events   TEXT    NOT NULL,  -- [[id, type, call SID or null] …]
  outcome  TEXT,
  code     INTEGER,
  status   INTEGER,
  ms       INTEGER,
  why      TEXT,
  answer   TEXT,
  next_at  INTEGER
) STRICT;
CREATE INDEX attempts_of_sink ON attempts (sink, id);
CREATE INDEX attempts_of_account ON attempts (account, id);
CREATE INDEX attempts_under_way ON attempts (id) WHERE outcome IS NULL;
CREATE INDEX attempts_failed ON attempts (account, id) WHERE outcome <> 'delivered';
CREATE INDEX attempts_at_tests ON attempts (sink, test_id) WHERE test_id IS NOT NULL;

CREATE TABLE attempts_of_call (
  call_id INTEGER NOT NULL,  -- calls.id
  attempt INTEGER NOT NULL,
  PRIMARY KEY (call_id, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX calls_of_attempt ON attempts_of_call (attempt);

-- Redrives and replays.
CREATE TABLE stream_jobs (
  id      INTEGER PRIMARY KEY,
  sid     TEXT    NOT NULL UNIQUE,
  account TEXT    NOT NULL,
  kind    TEXT    NOT NULL,
  open    INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  row     TEXT    NOT NULL
) STRICT;
CREATE INDEX stream_jobs_of_account ON stream_jobs (account, kind, id);
CREATE INDEX stream_jobs_open ON stream_jobs (id) WHERE open = 1;

-- Exchanges of deleted calls that some sink's cursor has not reached: out of every other reader's sight.
CREATE TABLE kept_entries (
  seq  INTEGER PRIMARY KEY,
  at   INTEGER NOT NULL,
  body TEXT    NOT NULL
) STRICT;
