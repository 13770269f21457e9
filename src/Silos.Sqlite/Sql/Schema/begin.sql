-- Begins a transaction that will write, waiting for another writer at its start rather than in its middle.
begin immediate
