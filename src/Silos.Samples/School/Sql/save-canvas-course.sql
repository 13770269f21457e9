-- $canvas, $name.
insert into courses (canvas_id, name) values ($canvas, $name)
on conflict (canvas_id) do update set name = excluded.name where name <> excluded.name;
