-- Takes everything back.
rollback
