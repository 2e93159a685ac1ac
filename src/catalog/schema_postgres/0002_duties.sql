-- Work of which one process at a time is enough, and who does it.
CREATE TABLE duties (
  name text COLLATE "C" PRIMARY KEY,
  holder text COLLATE "C" NOT NULL,
  -- Until then it is the holder's.
  until_ms bigint NOT NULL
);
