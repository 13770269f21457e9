-- $id, $status (done or failed), $error, $at. Only a pending one: an import is finished once.
update import_data set status = $status, error = $error, processed_at = $at where id = $id and status = 'pending';
