-- Billing: contracts and their cycles, invoices, credits, assets, usage, and what calendars and mail need.
create table if not exists clients (id integer primary key, name text not null, email text not null, balance_cents integer not null default 0);
create table if not exists contract_lines (
  id integer primary key, client_id integer not null references clients, description text not null, amount_cents integer not null,
  starts_on text not null, ends_on text);
create table if not exists billing_cycles (
  id integer primary key, line_id integer not null references contract_lines, starts_on text not null,
  unique (line_id, starts_on));
create table if not exists time_periods (id integer primary key, starts_on text not null unique);
create table if not exists invoices (
  id integer primary key, cycle_id integer not null unique, client_id integer not null, number text not null unique,
  total_cents integer not null, created_at text not null);
create table if not exists outbox (
  id integer primary key, key text not null unique, recipient text not null, subject text not null, body text not null, created_at text not null);
create table if not exists credits (
  id integer primary key, client_id integer not null, remaining_cents integer not null, expires_at text not null, expired integer not null default 0);
create table if not exists credit_transactions (
  id integer primary key, credit_id integer not null, kind text not null, amount_cents integer not null, at text not null,
  unique (credit_id, kind));
create table if not exists asset_imports (id integer primary key, body text not null, status text not null default 'pending');
create table if not exists assets (id integer primary key, tag text not null unique, name text not null);
create table if not exists buckets (id integer primary key, name text not null, used_minutes integer not null default 0);
create table if not exists time_entries (id integer primary key, bucket_id integer not null, minutes integer not null);
create table if not exists workflow_forms (id integer primary key, temporary integer not null, created_at text not null);
create table if not exists calendar_subscriptions (
  id integer primary key, provider text not null, resource text not null, expires_at text not null);
create table if not exists ai_session_keys (id integer primary key, expires_at text not null);
