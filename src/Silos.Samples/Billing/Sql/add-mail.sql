-- $key, $recipient, $subject, $body, $at. The key makes a mail be sent once.
insert into outbox (key, recipient, subject, body, created_at) values ($key, $recipient, $subject, $body, $at)
on conflict (key) do nothing;
