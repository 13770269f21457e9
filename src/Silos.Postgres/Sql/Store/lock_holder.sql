-- Who holds the lock on the store.
-- $1 and $2 the key of the lock
select l.pid, coalesce(a.application_name, ''), coalesce(host(a.client_addr), 'this machine'), a.backend_start
from pg_locks l
left join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
    and l.classid = $1::integer::oid and l.objid = ($2::bigint & 4294967295)::oid and l.objsubid = 2 and l.pid <> pg_backend_pid()
order by a.backend_start
limit 1
