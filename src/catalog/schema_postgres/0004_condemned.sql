-- Content without a row that is being cleared away: nothing may be committed with it any more.
CREATE TABLE condemned (
  blob text COLLATE "C" PRIMARY KEY,
  condemned_ms bigint NOT NULL
);
