-- $provider, $until.
select id, resource from calendar_subscriptions where provider = $provider and expires_at <= $until order by id;
