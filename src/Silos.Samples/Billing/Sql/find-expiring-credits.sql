-- $now, $until: what expires between the two and nobody was told about.
select r.id, c.name, c.email, r.remaining_cents, r.expires_at
from credits r join clients c on c.id = r.client_id
where r.expired = 0 and r.remaining_cents > 0 and r.expires_at > $now and r.expires_at <= $until
  and not exists (select 1 from outbox o where o.key = 'credit-' || r.id || '-expiring')
order by r.id;
