-- Lets one process migrate at a time; held to the end of the transaction.
-- $1 and $2 the key of the lock
select pg_advisory_xact_lock($1::integer, $2::integer)
