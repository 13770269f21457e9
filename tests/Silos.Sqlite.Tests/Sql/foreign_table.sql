create table customer (id integer primary key)
