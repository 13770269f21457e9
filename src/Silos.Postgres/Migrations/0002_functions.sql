-- Why: the checks that every writer shares, and silos.enqueue for callers inside their own transaction.

-- Fails the whole batch of an owner whose epoch is over.
create or replace function epoch_over(partition_id smallint, expected bigint) returns void
language plpgsql as $$
begin
    raise exception 'epoch % of partition % is over', expected, partition_id using errcode = 'SI001';
end
$$;

-- Fails the whole batch when a statement of it found fewer current versions than it was written for.
create or replace function assert_all(moved bigint, expected bigint) returns void
language plpgsql as $$
begin
    if moved is distinct from expected then
        raise exception '% of % versions were current', moved, expected using errcode = 'SI002';
    end if;
end
$$;

-- FNV-1a over tenant/queue, as Silos.Queues.Partitions.Of computes it.
create or replace function partition_of(tenant text, queue text) returns smallint
language plpgsql immutable strict parallel safe as $$
declare
    bytes bytea := convert_to(tenant || '/' || queue, 'UTF8');
    hash bigint := 2166136261;
begin
    for i in 0 .. length(bytes) - 1 loop
        hash := ((hash # get_byte(bytes, i)) * 16777619) & 4294967295;
    end loop;
    return (hash % 32)::smallint;
end
$$;

-- The rule of Silos.Names. Lengths count as UTF-16 does: a character beyond U+FFFF is two.
create or replace function assert_name(parameter text, value text) returns void
language plpgsql immutable parallel safe as $$
declare
    units integer := char_length(value)
        + char_length(regexp_replace(value, '[^\U00010000-\U0010FFFF]', '', 'g'));
    problem text;
begin
    problem := case
        when value is null then 'must not be null'
        when value = '' then 'must not be empty'
        when units > 100 then format('must have at most 100 characters, not %s', units)
        when value ~ '^[\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]'
            or value ~ '[\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]$'
            then 'must not begin or end with white space'
        when strpos(value, '/') > 0 then 'must not contain ''/'''
        when value ~ '[\u0001-\u001F\u007F-\u009F]' then 'must not contain control characters'
    end;
    if problem is not null then
        raise exception '% % %', parameter,
            coalesce(quote_literal(regexp_replace(left(value, 60), '[\u0001-\u001F\u007F-\u009F]', '?', 'g')), 'null'), problem
            using errcode = 'invalid_parameter_value';
    end if;
end
$$;

-- A UUID of version 7 (RFC 9562): milliseconds, then the rest of the microseconds, then chance.
create or replace function new_run_id() returns uuid
language plpgsql volatile as $$
declare
    micros bigint := floor(extract(epoch from clock_timestamp()) * 1000000)::bigint;
    bytes bytea := uuid_send(gen_random_uuid());
    fraction integer := ((micros % 1000) * 4096 / 1000)::integer;
begin
    bytes := substring(int8send(micros / 1000) from 3) || substring(bytes from 7);
    bytes := set_byte(bytes, 6, 112 | (fraction >> 8));
    bytes := set_byte(bytes, 7, fraction & 255);
    bytes := set_byte(bytes, 8, 128 | (get_byte(bytes, 8) & 63));
    return encode(bytes, 'hex')::uuid;
end
$$;

-- JSON as text into jsonb for views; what jsonb cannot hold (\u0000) becomes a JSON string.
create or replace function as_jsonb(value text) returns jsonb
language plpgsql immutable strict as $$
begin
    return value::jsonb;
exception when untranslatable_character or invalid_text_representation or program_limit_exceeded then
    return to_jsonb(value);
end
$$;

-- The words of Silos.Runs.RunStates.ToText.
create or replace function run_state_text(state smallint) returns text
language sql immutable strict parallel safe as $$
    select (array['scheduled', 'queued', 'running', 'completed', 'failed', 'dead', 'cancelled', 'skipped', 'lost'])[state + 1]
$$;

-- Gives a waiting run a new payload and due time. Somebody who does not own the partition may touch what its owner does
-- not hold in memory: the inbox, and scheduled runs, which go back to the inbox so that the owner hears of the new time.
create or replace function replace_waiting(
    outside boolean, run_id uuid, in_queue text, new_payload text, new_due_at timestamptz, new_enqueued_at timestamptz)
returns boolean
language plpgsql set search_path from current as $$
begin
    update inbox i set payload = new_payload, due_at = new_due_at
    where i.id = run_id and i.queue = in_queue and i.cancel is null;
    if found then
        return true;
    end if;

    if outside then
        with moved as (
            delete from run r
            where r.id = run_id and r.queue = in_queue and r.cancel is null and r.token = 0 and r.state = 0
                and not exists (select 1 from claim c where c.partition = r.partition and r.id = any (c.run_ids))
            returning r.*
        )
        insert into inbox (id, due_at, enqueued_at, occurrence_at, partition, priority, max_attempts, tenant, queue,
            handler, job, payload, options, tags, requested_by)
        select id, new_due_at, enqueued_at, occurrence_at, partition, priority, max_attempts, tenant, queue,
            handler, job, new_payload, options, tags, requested_by
        from moved;
        return found;
    end if;

    update run r set payload = new_payload, due_at = new_due_at,
        state = case when new_due_at > new_enqueued_at then 0 else 1 end
    where r.id = run_id and r.queue = in_queue and r.cancel is null and r.token = 0
        and not exists (select 1 from claim c where c.partition = r.partition and r.id = any (c.run_ids));
    return found;
end
$$;

-- Takes idempotency keys for runs, in order, and tells what becomes of each: the numbers of Silos.Runs.EnqueueKind and
-- the run that stands for the request. Modes are the numbers of Silos.Runs.DuplicateMode.
create or replace function take_keys(
    outside boolean, at timestamptz[], tenants text[], keys text[], ids uuid[], untils timestamptz[], modes smallint[],
    queues text[], payloads text[], due_ats timestamptz[], enqueued_ats timestamptz[])
returns table (kind smallint, id uuid)
language plpgsql set search_path from current as $$
declare
    wanted record;
    holder uuid;
begin
    for wanted in
        select * from unnest(at, tenants, keys, ids, untils, modes, queues, payloads, due_ats, enqueued_ats)
            as w(at, tenant, key, run_id, until, mode, queue, payload, due_at, enqueued_at)
    loop
        loop
            insert into run_key as k (tenant, key, run_id, until)
            values (wanted.tenant, wanted.key, wanted.run_id, wanted.until)
            on conflict (tenant, key) do update set run_id = excluded.run_id, until = excluded.until
            where k.until <= wanted.at;
            if found then
                kind := 0;
                id := wanted.run_id;
                exit;
            end if;

            select k.run_id into holder from run_key k
            where k.tenant = wanted.tenant and k.key = wanted.key for update;
            -- Pruned between the two statements: try again.
            continue when not found;

            id := holder;
            if holder = wanted.run_id then
                kind := 1;
            elsif wanted.mode = 1 then
                kind := 3;
            elsif wanted.mode <> 2 then
                kind := 2;
            elsif replace_waiting(outside, holder, wanted.queue, wanted.payload, wanted.due_at, wanted.enqueued_at) then
                update run_key k set until = wanted.until where k.tenant = wanted.tenant and k.key = wanted.key;
                kind := 4;
            else
                update run_key k set run_id = wanted.run_id, until = wanted.until
                where k.tenant = wanted.tenant and k.key = wanted.key;
                kind := 0;
                id := wanted.run_id;
            end if;
            exit;
        end loop;
        return next;
    end loop;
end
$$;

-- Enqueues a run inside the caller's own transaction: it exists if and only if that transaction commits. Returns the
-- run's id, or the id of the run that has the idempotency key. Runs as the owner, so callers need only EXECUTE and USAGE.
create or replace function enqueue(
    handler text,
    payload jsonb default null,
    queue text default 'default',
    priority integer default 0,
    run_at timestamptz default now(),
    tenant text default 'default',
    max_attempts integer default 3,
    timeout interval default '30s',
    idempotency_key text default null,
    options jsonb default null,
    id uuid default null)
returns uuid
language plpgsql security definer set search_path from current as $$
declare
    run_id uuid := coalesce(enqueue.id, new_run_id());
    target smallint;
    asked_at timestamptz := date_trunc('milliseconds', now());
    starts_at timestamptz := date_trunc('milliseconds', coalesce(run_at, now()));
    stored jsonb := coalesce(enqueue.options, '{}');
    seconds numeric := extract(epoch from timeout);
    field record;
    taken record;
begin
    perform assert_name('handler', enqueue.handler);
    perform assert_name('queue', enqueue.queue);
    perform assert_name('tenant', enqueue.tenant);
    if enqueue.priority is null or enqueue.priority not between -1000 and 1000 then
        raise exception 'priority % must be between -1000 and 1000', coalesce(enqueue.priority::text, 'null')
            using errcode = 'invalid_parameter_value';
    end if;
    if enqueue.max_attempts is null or enqueue.max_attempts < 1 then
        raise exception 'max_attempts % must be at least 1', coalesce(enqueue.max_attempts::text, 'null')
            using errcode = 'invalid_parameter_value';
    end if;
    if not isfinite(starts_at) then
        raise exception 'run_at % must be finite', starts_at using errcode = 'invalid_parameter_value';
    end if;
    if seconds <= 0 or seconds > 31536000 then
        raise exception 'timeout % must be positive and at most a year; null is no limit', timeout
            using errcode = 'invalid_parameter_value';
    end if;
    if char_length(idempotency_key) not between 1 and 200 then
        raise exception 'idempotency_key must have 1 to 200 characters, not %', char_length(idempotency_key)
            using errcode = 'invalid_parameter_value';
    end if;
    if jsonb_typeof(stored) <> 'object' then
        raise exception 'options must be a JSON object, not %', jsonb_typeof(stored)
            using errcode = 'invalid_parameter_value';
    end if;
    for field in
        select o.key, jsonb_typeof(o.value) as given, k.type as wanted, o.value
        from jsonb_each(stored) o
        left join (values ('concurrencyKey', 'string'), ('concurrencyLimit', 'number'), ('jobLimit', 'number'),
            ('deleteOnSuccess', 'boolean'), ('traceParent', 'string'), ('name', 'string'), ('description', 'string'),
            ('tags', 'array'), ('metadata', 'object')) k(name, type) on k.name = o.key
    loop
        if field.wanted is null then
            raise exception 'options.% is not known; known are concurrencyKey, concurrencyLimit, jobLimit, deleteOnSuccess, traceParent, name, description, tags, metadata', field.key
                using errcode = 'invalid_parameter_value';
        end if;
        if field.given <> field.wanted
            or (field.wanted = 'number' and field.value::text !~ '^[0-9]{1,9}$')
            or (field.key = 'tags' and exists (select 1 from jsonb_array_elements(field.value) t where jsonb_typeof(t.value) <> 'string'))
        then
            raise exception 'options.% % must be %', field.key, left(field.value::text, 60),
                case field.wanted when 'number' then 'a whole number from 0 on' when 'array' then 'an array of strings' else 'a JSON ' || field.wanted end
                using errcode = 'invalid_parameter_value';
        end if;
    end loop;

    if seconds is not null then
        stored := stored || jsonb_build_object('timeout', format('%s.%s:%s:%s',
            floor(seconds / 86400)::integer,
            lpad(floor(mod(seconds, 86400) / 3600)::integer::text, 2, '0'),
            lpad(floor(mod(seconds, 3600) / 60)::integer::text, 2, '0'),
            to_char(mod(seconds, 60), 'FM00.000')));
    end if;

    target := partition_of(enqueue.tenant, enqueue.queue);
    if exists (select 1 from inbox i where i.id = run_id) or exists (select 1 from run r where r.id = run_id)
        or exists (select 1 from run_history h where h.id = run_id) then
        return run_id;
    end if;

    if idempotency_key is not null then
        select t.kind, t.id into taken from take_keys(true, array[asked_at], array[enqueue.tenant],
            array[enqueue.idempotency_key], array[run_id], array[asked_at + interval '24 hours'], array[0::smallint],
            array[enqueue.queue], array[enqueue.payload::text], array[starts_at], array[asked_at]) t;
        if taken.kind <> 0 then
            return taken.id;
        end if;
    end if;

    insert into inbox (id, due_at, enqueued_at, partition, priority, max_attempts, tenant, queue, handler, payload,
        options, tags, requested_by)
    values (run_id, starts_at, asked_at, target, enqueue.priority, enqueue.max_attempts, enqueue.tenant, enqueue.queue,
        enqueue.handler, enqueue.payload::text, nullif(stored, '{}')::text,
        (select array_agg(t.value) from jsonb_array_elements_text(stored -> 'tags') t), session_user)
    on conflict do nothing;
    perform pg_notify('silos_inbox', target::text);
    return run_id;
end
$$;
