-- $client, $amount.
update clients set balance_cents = balance_cents - $amount where id = $client;
