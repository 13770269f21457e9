-- $starts.
insert into time_periods (starts_on) values ($starts) on conflict (starts_on) do nothing;
