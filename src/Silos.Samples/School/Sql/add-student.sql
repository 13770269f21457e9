-- $name, $email. A student who is there already stays as is.
insert into students (name, email) values ($name, $email) on conflict (email) do nothing;
