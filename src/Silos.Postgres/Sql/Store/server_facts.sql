-- What Silos needs of the server.
select current_setting('server_encoding'), current_setting('server_version_num')::integer
