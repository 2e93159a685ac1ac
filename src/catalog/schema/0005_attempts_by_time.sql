-- Whoever creates the same file again and again is looked up by time as well: a first try asks
-- only for what was committed since it began.

DROP INDEX attempts_by_fingerprint;
CREATE INDEX attempts_by_fingerprint ON attempts (fingerprint, key_id, committed_ms)
  WHERE idempotency_key IS NULL;

PRAGMA user_version = 5;
