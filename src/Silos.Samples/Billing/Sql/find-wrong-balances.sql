-- Clients whose balance is not the sum of what is left of their credits.
select c.id, c.balance_cents, coalesce(sum(r.remaining_cents), 0)
from clients c left join credits r on r.client_id = c.id and r.expired = 0
group by c.id having c.balance_cents <> coalesce(sum(r.remaining_cents), 0) order by c.id;
