-- Settings of the server under which a crash loses or damages what was acknowledged; no session can change them.
select name from pg_settings where name in ('fsync', 'full_page_writes') and setting = 'off' order by name
