-- Commits of this session are on disk before they are acknowledged, whatever the server, the role or the database say; what
-- waits for more than that stays.
select set_config('synchronous_commit', 'on', false)
where current_setting('synchronous_commit') not in ('on', 'remote_apply')
