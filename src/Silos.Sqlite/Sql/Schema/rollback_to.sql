-- Takes one caller's work back.
rollback to savepoint work
