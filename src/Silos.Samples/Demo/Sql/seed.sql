-- $now, $old (a month ago), $soon (in three days), $begin (a day two months ago). Something for every job to do; run on empty tables only.
insert into import_data (body, created_at) values
  ('[{"name":"Ada Byron","email":"ada@school.example"},{"name":"Alan Mathison","email":"alan@school.example"}]', $now),
  ('[{"name":"Grace Murray","email":"grace@school.example"}]', $now),
  ('name;email', $now);
insert into students (name, email) values ('Emmy Amalie', 'emmy@school.example'), ('Kurt Friedrich', 'kurt@school.example');
insert into courses (name) values ('Algebra'), ('Logic');
insert into grades (student_id, term, course, mark) values (1, 'autumn', 'Algebra', 9.5), (1, 'autumn', 'Logic', 8.5);
insert into report_card_requests (student_id, term) values (1, 'autumn'), (2, 'autumn');
insert into file_uploads (name, type, created_at) values ('scan-1.tmp', 'temp', $old), ('scan-2.tmp', 'temp', $now), ('plan.pdf', 'document', $old);
insert into tiers values ('free', 10), ('pro', 100);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 250)
insert into users (name, tier, free_credits) select 'User ' || i, case when i % 5 = 0 then 'pro' else 'free' end, i % 7 from n;
insert into credit_purchases (user_id, amount, status, created_at) values
  (1, 50, 'pending', $old), (2, 50, 'failed', $old), (3, 50, 'completed', $old), (4, 50, 'pending', $now);
insert into blocks (data) values ('{"image":"/static/uploads/2025/01/31/kept.png"}');
insert into clients (name, email, balance_cents) values ('Northwind', 'books@northwind.example', 5000), ('Fabrikam', 'pay@fabrikam.example', 999);
insert into contract_lines (client_id, description, amount_cents, starts_on) values (1, 'Support', 25000, $begin), (2, 'Hosting', 9900, $begin);
insert into billing_cycles (line_id, starts_on) values (1, $begin), (2, $begin);
insert into credits (client_id, remaining_cents, expires_at) values (1, 2000, $old), (1, 3000, $soon), (2, 1000, $soon);
insert into asset_imports (body) values ('[{"tag":"A-1","name":"Laptop"},{"tag":"","name":"no tag"},{"tag":"A-2","name":"Screen"}]');
insert into buckets (name) values ('Support hours');
insert into time_entries (bucket_id, minutes) values (1, 30), (1, 45);
insert into workflow_forms (temporary, created_at) values (1, $old), (1, $now), (0, $old);
insert into calendar_subscriptions (provider, resource, expires_at) values ('microsoft', 'calendar-1', $now), ('google', 'calendar-2', $now);
insert into ai_session_keys (expires_at) values ($old), ($soon);
