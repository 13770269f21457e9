-- Ends an earlier session of this process that the server has not noticed to be gone.
-- $1 its process id
select pg_terminate_backend($1::integer)
