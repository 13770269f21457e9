-- Writes the wish to cancel a run that waits in the inbox. A wish leaves an earlier one as it is, unless it terminates.
-- $1 tenant, $2 run, $3 wish, $4 whether it terminates
update inbox
set cancel = case when cancel is null or ($4::boolean and cancel not like '%"terminate":true%') then $3::text else cancel end
where tenant = $1::text and id = $2::uuid
returning queue
