-- $limit. Sets the usage to the sum of the time entries where it differs.
update buckets set used_minutes = (select coalesce(sum(minutes), 0) from time_entries e where e.bucket_id = buckets.id)
where id in (
  select b.id from buckets b
  where b.used_minutes <> (select coalesce(sum(minutes), 0) from time_entries e where e.bucket_id = b.id) order by b.id limit $limit);
