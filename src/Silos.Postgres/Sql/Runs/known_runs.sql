-- Which of these ids stand for a run already, wherever it is.
-- $1 ids, $2 whether finished runs are checked too
select n.id
from unnest($1::uuid[]) as n(id)
where exists (select 1 from inbox i where i.id = n.id)
    or exists (select 1 from run r where r.id = n.id)
    or ($2::boolean and exists (select 1 from run_history h where h.id = n.id))
