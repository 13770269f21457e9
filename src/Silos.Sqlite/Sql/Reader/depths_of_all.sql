-- Counts what waits and runs in each queue of every tenant.
select run.tenant,
       run.queue,
       sum(open.run_id is null and run.state = 'queued'),
       sum(open.run_id is null and run.state = 'scheduled'),
       sum(open.run_id is not null),
       min(case when open.run_id is null and run.state = 'queued' then max(run.due_at, run.enqueued_at) end)
  from run
  left join open_attempt as open on open.run_id = run.id and open.token > run.token
 group by run.tenant, run.queue
 order by run.tenant, run.queue
