-- Uploads that come in parts, and the files that are made of them.

-- 0: the content is one blob. Else it is in the parts whose content is the file's blob.
ALTER TABLE files ADD COLUMN part_count INTEGER NOT NULL DEFAULT 0 CHECK (part_count >= 0);

CREATE TABLE uploads (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  organization_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  filename TEXT NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  -- Of the file, from its creation; NULL: the file does not expire.
  file_expires_after INTEGER,
  status TEXT NOT NULL CHECK (status IN ('pending', 'completed', 'cancelled', 'expired')),
  -- Of all parts that came. While it is pending their bytes are counted as used.
  part_count INTEGER NOT NULL DEFAULT 0 CHECK (part_count >= 0),
  part_bytes INTEGER NOT NULL DEFAULT 0 CHECK (part_bytes >= 0),
  -- Of one that is completed. The file may be gone by now.
  file_id TEXT,
  FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) STRICT;

CREATE INDEX uploads_pending_by_expiry ON uploads (expires_at) WHERE status = 'pending';
CREATE INDEX uploads_ended_by_expiry ON uploads (expires_at) WHERE status <> 'pending';

-- A part belongs to a pending upload, and later, if it is used, to the content of a file.
CREATE TABLE parts (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  upload_id TEXT REFERENCES uploads (id),
  content TEXT,
  -- Its place in that content, from 0.
  position INTEGER,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  created_at INTEGER NOT NULL,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  blob TEXT NOT NULL,
  checksums BLOB NOT NULL,
  CHECK ((upload_id IS NULL) <> (content IS NULL)),
  CHECK ((content IS NULL) = (position IS NULL))
) STRICT;

CREATE INDEX parts_by_upload ON parts (upload_id, sequence) WHERE upload_id IS NOT NULL;
CREATE UNIQUE INDEX parts_by_content ON parts (content, position) WHERE content IS NOT NULL;
CREATE UNIQUE INDEX parts_by_blob ON parts (blob);

PRAGMA user_version = 7;
