-- Creates whose reply may be lost and asked for again.

CREATE TABLE attempts (
  sequence INTEGER PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  key_id TEXT NOT NULL,
  -- NULL: the client gave none, and only how often it had tried.
  idempotency_key TEXT,
  -- Of everything that a client says of a file, its content included.
  fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
  committed_ms INTEGER NOT NULL,
  -- Bit N: the attempt after N failed ones was answered with this file.
  tries INTEGER NOT NULL,
  file_id TEXT NOT NULL,
  blob TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT;

CREATE UNIQUE INDEX attempts_by_key ON attempts (organization_id, key_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX attempts_by_fingerprint ON attempts (fingerprint, key_id)
  WHERE idempotency_key IS NULL;
CREATE INDEX attempts_with_key_by_age ON attempts (committed_ms)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX attempts_without_key_by_age ON attempts (committed_ms)
  WHERE idempotency_key IS NULL;

PRAGMA user_version = 3;
