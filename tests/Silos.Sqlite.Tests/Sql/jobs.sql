select json_object('tenant', tenant, 'type', type, 'metadata', metadata, 'status', status, 'created_at', created_at,
                   'updated_at', updated_at, 'user_id', user_id, 'runner_type', runner_type, 'external_id', replace(external_id, job_id, ''),
                   'own_run', external_run_id = job_id)
  from jobs
 order by created_at desc, job_id desc
