-- Limits that differ from the settings, and what the check of a file's records found.

CREATE TABLE limits (
  sequence INTEGER PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  project_id TEXT,
  name TEXT NOT NULL,
  largest INTEGER CHECK (largest >= 0),
  FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) STRICT;

-- An empty project stands for the organization itself, because two NULLs are not the same.
CREATE UNIQUE INDEX limits_by_owner ON limits (organization_id, coalesce(project_id, ''), name);

-- Beside the files and not in them, so that a walk over files does not pass over reports.
CREATE TABLE reports (
  sequence INTEGER PRIMARY KEY REFERENCES files (sequence) ON DELETE CASCADE,
  report TEXT NOT NULL
) STRICT;

ALTER TABLE audit ADD COLUMN details TEXT NOT NULL DEFAULT '';

PRAGMA user_version = 2;
