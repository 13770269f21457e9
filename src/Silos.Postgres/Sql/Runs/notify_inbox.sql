-- Tells the owners of partitions, once the transaction has committed, that something waits in the inbox.
-- $1 partitions
select pg_notify('silos_inbox', p.id::text)
from unnest($1::smallint[]) as p(id)
