-- Deletes the claims of a partition whose attempts have all ended.
-- $1 partition
delete from claim c
where c.partition = $1::smallint
    and not exists (
        select 1
        from unnest(c.run_ids, c.tokens) as t(run_id, token)
        join run r on r.id = t.run_id and r.token < t.token)
