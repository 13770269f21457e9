-- $tier, $month, $limit. Whoever has an audit row of the month has been topped up.
select id, free_credits from users
where tier = $tier and not exists (select 1 from credit_audit a where a.user_id = users.id and a.month = $month)
order by id limit $limit;
