-- Opens a claim: attempts that one worker begins together.
-- $1 claim, $2 partition, $3 worker, $4 started, $5 runs, $6 tokens
insert into claim (id, partition, worker, started_at, run_ids, tokens)
values ($1::uuid, $2::smallint, $3::text, $4::timestamptz, $5::uuid[], $6::bigint[])
on conflict (id) do nothing
