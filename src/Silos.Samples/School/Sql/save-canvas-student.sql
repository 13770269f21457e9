-- $canvas, $name, $email. Counts as a change only if something differs.
insert into students (canvas_id, name, email) values ($canvas, $name, $email)
on conflict (canvas_id) do update set name = excluded.name, email = excluded.email
where name <> excluded.name or email <> excluded.email;
