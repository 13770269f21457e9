-- Tells whether any run has progress, so that a batch need not look for each of its runs.
select 1 from run_progress limit 1
