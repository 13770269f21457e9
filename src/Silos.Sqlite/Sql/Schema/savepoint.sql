-- Marks where one caller's work begins inside the shared transaction.
savepoint work
