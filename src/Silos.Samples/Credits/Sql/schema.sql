-- Credits: users by tier, their top-ups, their purchases, and the blocks that refer to uploads.
create table if not exists tiers (name text primary key, monthly_limit integer not null);
create table if not exists users (
  id integer primary key, name text not null, tier text not null references tiers, free_credits integer not null default 0);
create table if not exists credit_audit (
  id integer primary key, user_id integer not null, month text not null, amount integer not null, reason text not null, at text not null,
  unique (user_id, month));
create table if not exists credit_purchases (
  id integer primary key, user_id integer not null, amount integer not null, status text not null, created_at text not null);
create table if not exists blocks (id integer primary key, data text not null);
create table if not exists last_runs (job text primary key, due_at text not null);
