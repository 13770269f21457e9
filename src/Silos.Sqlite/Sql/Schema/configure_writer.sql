-- Settings of the connection that writes. Every commit is flushed (synchronous = full) before anybody is told of it.
pragma journal_mode = wal;
pragma synchronous = full;
pragma foreign_keys = on;
pragma busy_timeout = 5000;
pragma temp_store = memory;
pragma cache_size = -65536;
pragma wal_autocheckpoint = 4000;
