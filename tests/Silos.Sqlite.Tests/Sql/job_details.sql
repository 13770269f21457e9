select json_object('tenant', tenant, 'same_job', (select count(*) from jobs where jobs.job_id = job_details.job_id), 'step_name', step_name,
                   'status', status, 'result', result, 'processed_at', processed_at, 'retry_count', retry_count, 'metadata', metadata)
  from job_details
 order by processed_at
