-- Takes the session's lock on the store, if it is free.
-- $1 and $2 the key of the lock, $3 exclusively
select case when $3::boolean then pg_try_advisory_lock($1::integer, $2::integer)
    else pg_try_advisory_lock_shared($1::integer, $2::integer) end
