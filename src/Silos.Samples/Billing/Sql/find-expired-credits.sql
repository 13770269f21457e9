-- $now, $limit.
select id, client_id, remaining_cents from credits where expired = 0 and expires_at <= $now order by id limit $limit;
