-- Why: the latest runs of a small tenant beside a large one, and what failed of one job, are found without reading all the others.

create index if not exists run_history_tenant on run_history (tenant, id);

-- What can be run again: few of many, so that counting them reads nothing else.
create index if not exists run_history_unsuccessful on run_history (tenant, id) include (job, state) where state in (4, 5, 6);
drop index if exists run_history_failure;
