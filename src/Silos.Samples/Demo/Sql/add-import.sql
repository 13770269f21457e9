-- $body, $now.
insert into import_data (body, created_at) values ($body, $now);
