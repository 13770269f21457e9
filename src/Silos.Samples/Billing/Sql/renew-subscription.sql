-- $id, $expires.
update calendar_subscriptions set expires_at = $expires where id = $id;
