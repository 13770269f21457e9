select json_object('job_name', job_name, 'status', status, 'started_at', started_at, 'ended_at', ended_at, 'duration', duration,
                   'error', error, 'metadata', metadata, 'created_at', created_at, 'updated_at', updated_at)
  from job_logs
 order by id
