-- The shop's own tables. They lie in the database of Silos: what one transaction is to change together has to.
select pg_advisory_xact_lock(hashtext('shop'));
create schema if not exists shop;
create table if not exists shop.stock (
    item text primary key,
    pieces integer not null constraint enough_in_stock check (pieces >= 0));
create table if not exists shop.customer_order (
    id bigint generated always as identity primary key,
    item text not null,
    pieces integer not null,
    run uuid,
    confirmed_at timestamptz,
    confirmed_by bigint not null default 0);
insert into shop.stock values ('lamp', 10000), ('desk', 3) on conflict do nothing;
