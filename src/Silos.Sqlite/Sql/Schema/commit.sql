-- Makes what was written durable.
commit
