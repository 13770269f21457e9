insert into schema_version (version, name, applied_at) values (9999, '9999_future', 0)
