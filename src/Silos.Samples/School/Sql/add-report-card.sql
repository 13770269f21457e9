-- $request, $content, $at. One card a request, whoever asks twice.
insert into report_cards (request_id, content, created_at) values ($request, $content, $at) on conflict (request_id) do nothing;
