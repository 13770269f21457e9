-- $tag, $name. An asset that is known gets its new name.
insert into assets (tag, name) values ($tag, $name) on conflict (tag) do update set name = excluded.name where name <> excluded.name;
