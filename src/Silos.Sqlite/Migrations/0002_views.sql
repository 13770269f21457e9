-- Runs in the shapes that people's reports and scripts were written for. Instants are ISO 8601 text in UTC, ids are UUID text.

create view run_text as
select lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-'
           || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)) as id,
       tenant, coalesce(options ->> '$.name', job, handler) as name, options ->> '$.description' as description,
       coalesce(job, handler) as job_name, job, handler, queue, state, attempt, max_attempts, worker, requested_by, payload, options,
       error_message, options ->> '$.timeout' as timeout, ended_at - started_at as duration, occurrence_at is not null as is_scheduled,
       strftime('%Y-%m-%dT%H:%M:%fZ', enqueued_at / 1000.0, 'unixepoch') as enqueued_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1000.0, 'unixepoch') as started_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', ended_at / 1000.0, 'unixepoch') as ended_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(ended_at, started_at, enqueued_at) / 1000.0, 'unixepoch') as updated_at
  from (select id, tenant, queue, state, enqueued_at, started_at, ended_at, attempt, max_attempts, handler, job, occurrence_at,
               requested_by, worker, error_message, options, payload
          from live_run
         union all
        select id, tenant, queue, state, enqueued_at, started_at, ended_at, attempt, max_attempts, handler, job, occurrence_at,
               requested_by, worker, error_message, options, payload
          from finished_run);

-- One line for each run that has started: running (also between two attempts), completed or failed.
create view job_logs as
select id, enqueued_at as created_at, updated_at, job_name,
       case when state in ('completed', 'skipped') then 'completed'
            when state in ('failed', 'dead', 'cancelled') then 'failed' else 'running' end as status,
       started_at, ended_at, coalesce(duration, 0) as duration, coalesce(error_message, '') as error,
       coalesce(options -> '$.metadata', '{}') as metadata, tenant
  from run_text
 where started_at is not null;

-- What waits or runs. A run that completes leaves this view, as a completed job leaves the table it is named after.
-- Attempts are those that have ended. The timeout is in seconds, rounded up; options hold it as [d.]hh:mm:ss[.fffffff].
create view queues as
select id, name, coalesce(description, '') as description,
       json_object(
           'type', handler,
           'data', json(coalesce(payload, '{}')),
           'options', json_object(
               'retry_count', max_attempts,
               'timeout', cast(substr(timeout, instr(timeout, ':') - 2, 2) as integer) * 3600
                   + cast(substr(timeout, instr(timeout, ':') + 1, 2) as integer) * 60
                   + cast(substr(timeout, instr(timeout, ':') + 4, 2) as integer)
                   + (length(timeout) > instr(timeout, ':') + 5)
                   + case when instr(timeout, '.') between 1 and instr(timeout, ':')
                         then cast(timeout as integer) * 86400 else 0 end)) as payload,
       attempt - (state = 'running') as attempts,
       case when state = 'running' then started_at end as reserved_at,
       enqueued_at as created, updated_at as updated, tenant, queue
  from run_text
 where state in ('queued', 'scheduled', 'running');

create view jobs as
select tenant, id as job_id, job_name as type, options -> '$.metadata' as metadata,
       case state
           when 'scheduled' then 'pending' when 'queued' then 'queued' when 'running' then 'active'
           when 'completed' then 'completed' when 'skipped' then 'completed' else 'failed' end as status,
       enqueued_at as created_at, updated_at, coalesce(requested_by, 'silos') as user_id,
       'silos' as runner_type, coalesce(tenant || '/' || job, id) as external_id, id as external_run_id
  from run_text;

create view job_details as
select tenant, lower(hex(run_id)) || ':' || ordinal as detail_id,
       lower(substr(hex(run_id), 1, 8) || '-' || substr(hex(run_id), 9, 4) || '-' || substr(hex(run_id), 13, 4) || '-'
           || substr(hex(run_id), 17, 4) || '-' || substr(hex(run_id), 21)) as job_id,
       name as step_name, status, result,
       strftime('%Y-%m-%dT%H:%M:%fZ', processed_at / 1000.0, 'unixepoch') as processed_at,
       retry_count,
       case when error is not null then json_object('error', error) end as metadata
  from run_step;
