-- Keeps one caller's work.
release savepoint work
