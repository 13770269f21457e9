-- Waits for the session's lock on the store, as long as lock_timeout allows.
-- $1 and $2 the key of the lock, $3 exclusively
select case when $3::boolean then pg_advisory_lock($1::integer, $2::integer)
    else pg_advisory_lock_shared($1::integer, $2::integer) end
