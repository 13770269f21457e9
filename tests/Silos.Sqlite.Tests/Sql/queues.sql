select json_object('name', name, 'description', description, 'payload', json(payload), 'attempts', attempts, 'reserved_at', reserved_at,
                   'created', created, 'updated', updated)
  from queues
 order by id
