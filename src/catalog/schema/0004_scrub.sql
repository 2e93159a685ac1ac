-- Where the reading of all that is stored has come to.

CREATE TABLE scrub (
  -- One row.
  sequence INTEGER PRIMARY KEY CHECK (sequence = 1),
  began_ms INTEGER NOT NULL,
  -- Of the file that was read last; NULL: the round has ended.
  last_sequence INTEGER
) STRICT;

INSERT INTO scrub (sequence, began_ms, last_sequence) VALUES (1, 0, NULL);

PRAGMA user_version = 4;
