-- The school's tables. Codes and Canvas ids are natural keys: repeating a job finds them and changes nothing.
create table if not exists students (
  id integer primary key, name text not null, email text unique, code text, canvas_id text unique);
create table if not exists courses (
  id integer primary key, name text not null, code text, canvas_id text unique);
create table if not exists enrollments (
  id integer primary key, student_canvas_id text not null, course_canvas_id text not null,
  unique (student_canvas_id, course_canvas_id));
create table if not exists grades (
  id integer primary key, student_id integer not null, term text not null, course text not null, mark real not null);
create table if not exists import_data (
  id integer primary key, body text not null, status text not null default 'pending', error text,
  created_at text not null, processed_at text);
create table if not exists file_uploads (
  id integer primary key, name text not null, type text not null, created_at text not null);
create table if not exists report_card_requests (
  id integer primary key, student_id integer not null, term text not null, status text not null default 'pending', error text);
create table if not exists report_cards (
  id integer primary key, request_id integer not null unique, content text not null, created_at text not null);
