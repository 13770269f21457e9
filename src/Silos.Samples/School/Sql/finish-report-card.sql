-- $id, $status (done or failed), $error.
update report_card_requests set status = $status, error = $error where id = $id and status = 'pending';
