-- Settings of the connections that only read.
pragma query_only = on;
pragma busy_timeout = 5000;
pragma temp_store = memory;
pragma cache_size = -16384;
