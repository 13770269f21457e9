-- Why: the id of a run is one over all tenants, as its log, steps and attempts are filed under it alone. So an enqueue asks for it without a tenant.

create index run_history_id on run_history (id);
