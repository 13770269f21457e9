-- $before, $limit. Completed purchases are kept for ever.
delete from credit_purchases where id in (
  select id from credit_purchases where status in ('pending', 'failed') and created_at < $before order by id limit $limit);
