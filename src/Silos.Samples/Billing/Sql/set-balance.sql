-- $client, $balance.
update clients set balance_cents = $balance where id = $client;
