-- Files whose text is still to be taken out: those of status `uploaded`.

CREATE TABLE waiting (
  sequence INTEGER PRIMARY KEY REFERENCES files (sequence) ON DELETE CASCADE,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  -- How often somebody took it on and never came back.
  tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
  -- Until then it is somebody's.
  claimed_until_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX waiting_by_organization ON waiting (organization_id, sequence);

PRAGMA user_version = 6;
