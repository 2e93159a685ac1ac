-- The first shape of the catalogue. docs/formats/catalogue.md says what each table is for.
-- "Argo" in ASCII: tells a catalogue from other programs' SQLite databases.
PRAGMA application_id = 1098016623;

CREATE TABLE organizations (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  -- When the newest file was committed: the next one is minted later than this, whatever the clock
  -- says, so that ids only grow.
  last_file_ms INTEGER NOT NULL DEFAULT 0,
  used_bytes INTEGER NOT NULL DEFAULT 0 CHECK (used_bytes >= 0),
  file_count INTEGER NOT NULL DEFAULT 0 CHECK (file_count >= 0)
) STRICT;

CREATE TABLE projects (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  name TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  used_bytes INTEGER NOT NULL DEFAULT 0 CHECK (used_bytes >= 0),
  file_count INTEGER NOT NULL DEFAULT 0 CHECK (file_count >= 0),
  UNIQUE (organization_id, id)
) STRICT;

CREATE TABLE keys (
  public_id TEXT NOT NULL PRIMARY KEY,
  secret_sha256 BLOB NOT NULL CHECK (length(secret_sha256) = 32),
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  project_id TEXT,
  name TEXT NOT NULL,
  permissions INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER,
  revoked_ms INTEGER,
  FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE files (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  filename TEXT NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  status TEXT NOT NULL CHECK (status IN ('uploaded', 'processed', 'error')),
  status_details TEXT NOT NULL,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  blob TEXT NOT NULL,
  -- Last, because it is long: whoever reads only the columns before it never touches its pages.
  checksums BLOB NOT NULL,
  FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) STRICT;

-- Those that end in the id, which is the order of every list, make a page one walk along one index.
CREATE UNIQUE INDEX files_by_organization ON files (organization_id, id);
CREATE INDEX files_by_organization_purpose ON files (organization_id, purpose, id);
CREATE INDEX files_by_project ON files (project_id, id);
CREATE INDEX files_by_project_purpose ON files (project_id, purpose, id);
CREATE INDEX files_by_expiry ON files (expires_at) WHERE expires_at IS NOT NULL;
CREATE UNIQUE INDEX files_by_blob ON files (blob);

-- AUTOINCREMENT: the number of a forgotten piece is never given to another one.
CREATE TABLE garbage (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  blob TEXT NOT NULL
) STRICT;

CREATE INDEX garbage_by_blob ON garbage (blob);

CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  action TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  subject TEXT NOT NULL
) STRICT;

PRAGMA user_version = 1;
