-- $id. Only one that has not expired yet.
update credits set expired = 1, remaining_cents = 0 where id = $id and expired = 0;
