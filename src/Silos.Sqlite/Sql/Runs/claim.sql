-- Opens a claim.
-- ?1 claim, ?2 partition, ?3 worker, ?4 started, ?5 attempts
insert into claim (id, partition, worker, started_at, attempts)
values (?1, ?2, ?3, ?4, ?5)
