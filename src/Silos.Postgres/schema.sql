CREATE SCHEMA silos;
CREATE TYPE silos.job_status AS ENUM (
    'pending',
    'processing',
    'completed',
    'failed',
    'active',
    'queued'
);
CREATE FUNCTION silos.as_jsonb(value text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE STRICT
    AS $$
begin
    return value::jsonb;
exception when untranslatable_character or invalid_text_representation or program_limit_exceeded then
    return to_jsonb(value);
end
$$;
CREATE FUNCTION silos.assert_all(moved bigint, expected bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    if moved is distinct from expected then
        raise exception '% of % versions were current', moved, expected using errcode = 'SI002';
    end if;
end
$$;
CREATE FUNCTION silos.assert_name(parameter text, value text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $_$
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
$_$;
CREATE FUNCTION silos.enqueue(handler text, payload jsonb DEFAULT NULL::jsonb, queue text DEFAULT 'default'::text, priority integer DEFAULT 0, run_at timestamp with time zone DEFAULT now(), tenant text DEFAULT 'default'::text, max_attempts integer DEFAULT 3, timeout interval DEFAULT '00:00:30'::interval, idempotency_key text DEFAULT NULL::text, options jsonb DEFAULT NULL::jsonb, id uuid DEFAULT NULL::uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'silos', 'pg_temp'
    AS $_$
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
$_$;
CREATE FUNCTION silos.epoch_over(partition_id smallint, expected bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'epoch % of partition % is over', expected, partition_id using errcode = 'SI001';
end
$$;
CREATE FUNCTION silos.lane_of(partition smallint, tenant text, queue text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select (partition::bigint << 56) | (hashtextextended(tenant || '/' || queue, 0) & 72057594037927935)
$$;
CREATE FUNCTION silos.new_run_id() RETURNS uuid
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION silos.partition_of(tenant text, queue text) RETURNS smallint
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
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
CREATE FUNCTION silos.replace_waiting(outside boolean, run_id uuid, in_queue text, new_payload text, new_due_at timestamp with time zone, new_enqueued_at timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'silos', 'pg_temp'
    AS $$
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
CREATE FUNCTION silos.run_state_text(state smallint) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    select (array['scheduled', 'queued', 'running', 'completed', 'failed', 'dead', 'cancelled', 'skipped', 'lost'])[state + 1]
$$;
CREATE FUNCTION silos.take_keys(outside boolean, at timestamp with time zone[], tenants text[], keys text[], ids uuid[], untils timestamp with time zone[], modes smallint[], queues text[], payloads text[], due_ats timestamp with time zone[], enqueued_ats timestamp with time zone[]) RETURNS TABLE(kind smallint, id uuid)
    LANGUAGE plpgsql
    SET search_path TO 'silos', 'pg_temp'
    AS $$
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
CREATE TABLE silos.attempt (
    run_id uuid NOT NULL,
    token bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    worker text NOT NULL,
    outcome text NOT NULL,
    error_type text,
    error_message text,
    error_stack text
);
CREATE TABLE silos.claim (
    id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    partition smallint NOT NULL,
    worker text NOT NULL,
    run_ids uuid[] NOT NULL,
    tokens bigint[] NOT NULL,
    CONSTRAINT claim_check CHECK ((cardinality(run_ids) = cardinality(tokens)))
)
WITH (autovacuum_vacuum_threshold='1000', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_cost_delay='0');
ALTER TABLE ONLY silos.claim ALTER COLUMN run_ids SET STORAGE EXTERNAL;
ALTER TABLE ONLY silos.claim ALTER COLUMN tokens SET STORAGE EXTERNAL;
CREATE TABLE silos.progress (
    run_id uuid NOT NULL,
    percent integer,
    message text
)
WITH (fillfactor='70');
CREATE TABLE silos.run_history (
    id uuid NOT NULL,
    due_at timestamp with time zone NOT NULL,
    enqueued_at timestamp with time zone NOT NULL,
    occurrence_at timestamp with time zone,
    started_at timestamp with time zone,
    ended_at timestamp with time zone NOT NULL,
    token bigint NOT NULL,
    partition smallint NOT NULL,
    state smallint NOT NULL,
    priority integer NOT NULL,
    attempts integer NOT NULL,
    losses integer NOT NULL,
    max_attempts integer NOT NULL,
    item_errors integer NOT NULL,
    tenant text NOT NULL COLLATE pg_catalog."C",
    queue text NOT NULL COLLATE pg_catalog."C",
    handler text NOT NULL COLLATE pg_catalog."C",
    job text COLLATE pg_catalog."C",
    worker text,
    outcome text,
    payload text,
    options text,
    tags text[],
    requested_by text,
    cancel text,
    result text,
    error_type text,
    error_message text,
    error_stack text,
    CONSTRAINT run_history_state_check CHECK (((state >= 3) AND (state <= 7)))
)
WITH (autovacuum_vacuum_insert_scale_factor='0.5');
CREATE VIEW silos.finished_run AS
 SELECT h.id,
    h.tenant,
    h.job,
    h.occurrence_at,
    h.handler,
    h.queue,
    h.priority,
    h.state,
    h.payload,
    h.due_at,
    h.enqueued_at,
    h.started_at,
    h.ended_at,
    (floor((EXTRACT(epoch FROM (h.ended_at - h.started_at)) * (1000)::numeric)))::bigint AS duration,
    h.attempts AS attempt,
    h.max_attempts,
    h.losses,
    h.error_type,
    h.error_message,
    h.error_stack,
    h.result,
    p.percent AS progress,
    p.message AS progress_message,
    h.item_errors,
    h.worker,
    h.requested_by,
    h.cancel,
    h.options,
    h.tags
   FROM (silos.run_history h
     LEFT JOIN silos.progress p ON ((p.run_id = h.id)));
CREATE TABLE silos.inbox (
    id uuid NOT NULL,
    due_at timestamp with time zone NOT NULL,
    enqueued_at timestamp with time zone NOT NULL,
    occurrence_at timestamp with time zone,
    partition smallint NOT NULL,
    priority integer NOT NULL,
    max_attempts integer NOT NULL,
    tenant text NOT NULL COLLATE pg_catalog."C",
    queue text NOT NULL COLLATE pg_catalog."C",
    handler text NOT NULL COLLATE pg_catalog."C",
    job text COLLATE pg_catalog."C",
    payload text,
    options text,
    tags text[],
    requested_by text,
    cancel text
)
WITH (autovacuum_vacuum_threshold='2000', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_cost_delay='0');
CREATE VIEW silos.inbox_run AS
 SELECT i.id,
    i.tenant,
    i.job,
    i.occurrence_at,
    i.handler,
    i.queue,
    i.priority,
    (
        CASE
            WHEN (i.due_at > i.enqueued_at) THEN 0
            ELSE 1
        END)::smallint AS state,
    i.payload,
    i.due_at,
    i.enqueued_at,
    NULL::timestamp with time zone AS started_at,
    NULL::timestamp with time zone AS ended_at,
    NULL::bigint AS duration,
    0 AS attempt,
    i.max_attempts,
    0 AS losses,
    NULL::text AS error_type,
    NULL::text AS error_message,
    NULL::text AS error_stack,
    NULL::text AS result,
    NULL::integer AS progress,
    NULL::text AS progress_message,
    0 AS item_errors,
    NULL::text AS worker,
    i.requested_by,
    i.cancel,
    i.options,
    i.tags
   FROM silos.inbox i;
CREATE VIEW silos.open_attempt AS
 SELECT DISTINCT ON (u.run_id) u.run_id,
    u.token,
    c.worker,
    c.started_at,
    c.partition,
    c.id AS claim_id
   FROM (silos.claim c
     CROSS JOIN LATERAL UNNEST(c.run_ids, c.tokens) u(run_id, token))
  ORDER BY u.run_id, u.token DESC;
CREATE TABLE silos.run (
    id uuid NOT NULL,
    due_at timestamp with time zone NOT NULL,
    enqueued_at timestamp with time zone NOT NULL,
    occurrence_at timestamp with time zone,
    token bigint DEFAULT 0 NOT NULL,
    partition smallint NOT NULL,
    state smallint NOT NULL,
    priority integer NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    losses integer DEFAULT 0 NOT NULL,
    max_attempts integer NOT NULL,
    tenant text NOT NULL COLLATE pg_catalog."C",
    queue text NOT NULL COLLATE pg_catalog."C",
    handler text NOT NULL COLLATE pg_catalog."C",
    job text COLLATE pg_catalog."C",
    payload text,
    options text,
    tags text[],
    requested_by text,
    cancel text,
    CONSTRAINT run_state_check CHECK ((state = ANY (ARRAY[0, 1])))
)
WITH (fillfactor='95', autovacuum_vacuum_threshold='20000', autovacuum_vacuum_scale_factor='0.05', autovacuum_vacuum_cost_delay='0');
CREATE VIEW silos.live_run AS
 SELECT r.id,
    r.tenant,
    r.job,
    r.occurrence_at,
    r.handler,
    r.queue,
    r.priority,
        CASE
            WHEN (o.run_id IS NULL) THEN r.state
            ELSE (2)::smallint
        END AS state,
    r.payload,
    r.due_at,
    r.enqueued_at,
    COALESCE(o.started_at, a.started_at) AS started_at,
    NULL::timestamp with time zone AS ended_at,
    NULL::bigint AS duration,
    (r.attempts +
        CASE
            WHEN (o.run_id IS NULL) THEN 0
            ELSE 1
        END) AS attempt,
    r.max_attempts,
    r.losses,
    a.error_type,
    a.error_message,
    a.error_stack,
    NULL::text AS result,
    p.percent AS progress,
    p.message AS progress_message,
    0 AS item_errors,
    COALESCE(o.worker, a.worker) AS worker,
    r.requested_by,
    r.cancel,
    r.options,
    r.tags
   FROM (((silos.run r
     LEFT JOIN silos.open_attempt o ON (((o.run_id = r.id) AND (o.token > r.token))))
     LEFT JOIN silos.progress p ON ((p.run_id = r.id)))
     LEFT JOIN LATERAL ( SELECT t.started_at,
            t.worker,
            t.error_type,
            t.error_message,
            t.error_stack
           FROM silos.attempt t
          WHERE ((r.token > 0) AND (t.run_id = r.id))
          ORDER BY t.token DESC
         LIMIT 1) a ON (true));
CREATE VIEW silos.any_run AS
 SELECT live_run.id,
    live_run.tenant,
    live_run.job,
    live_run.occurrence_at,
    live_run.handler,
    live_run.queue,
    live_run.priority,
    live_run.state,
    live_run.payload,
    live_run.due_at,
    live_run.enqueued_at,
    live_run.started_at,
    live_run.ended_at,
    live_run.duration,
    live_run.attempt,
    live_run.max_attempts,
    live_run.losses,
    live_run.error_type,
    live_run.error_message,
    live_run.error_stack,
    live_run.result,
    live_run.progress,
    live_run.progress_message,
    live_run.item_errors,
    live_run.worker,
    live_run.requested_by,
    live_run.cancel,
    live_run.options,
    live_run.tags
   FROM silos.live_run
UNION ALL
 SELECT inbox_run.id,
    inbox_run.tenant,
    inbox_run.job,
    inbox_run.occurrence_at,
    inbox_run.handler,
    inbox_run.queue,
    inbox_run.priority,
    inbox_run.state,
    inbox_run.payload,
    inbox_run.due_at,
    inbox_run.enqueued_at,
    inbox_run.started_at,
    inbox_run.ended_at,
    inbox_run.duration,
    inbox_run.attempt,
    inbox_run.max_attempts,
    inbox_run.losses,
    inbox_run.error_type,
    inbox_run.error_message,
    inbox_run.error_stack,
    inbox_run.result,
    inbox_run.progress,
    inbox_run.progress_message,
    inbox_run.item_errors,
    inbox_run.worker,
    inbox_run.requested_by,
    inbox_run.cancel,
    inbox_run.options,
    inbox_run.tags
   FROM silos.inbox_run
UNION ALL
 SELECT finished_run.id,
    finished_run.tenant,
    finished_run.job,
    finished_run.occurrence_at,
    finished_run.handler,
    finished_run.queue,
    finished_run.priority,
    finished_run.state,
    finished_run.payload,
    finished_run.due_at,
    finished_run.enqueued_at,
    finished_run.started_at,
    finished_run.ended_at,
    finished_run.duration,
    finished_run.attempt,
    finished_run.max_attempts,
    finished_run.losses,
    finished_run.error_type,
    finished_run.error_message,
    finished_run.error_stack,
    finished_run.result,
    finished_run.progress,
    finished_run.progress_message,
    finished_run.item_errors,
    finished_run.worker,
    finished_run.requested_by,
    finished_run.cancel,
    finished_run.options,
    finished_run.tags
   FROM silos.finished_run;
CREATE TABLE silos.api_key (
    id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    name text NOT NULL,
    scope text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL,
    hash text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    revoked_by text,
    parent text,
    CONSTRAINT api_key_kind_check CHECK ((kind = ANY (ARRAY['key'::text, 'session'::text]))),
    CONSTRAINT api_key_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'admin'::text])))
);
CREATE TABLE silos.audit (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    tenant text NOT NULL COLLATE pg_catalog."C",
    actor text NOT NULL,
    action text NOT NULL COLLATE pg_catalog."C",
    target_kind text NOT NULL COLLATE pg_catalog."C",
    target_name text NOT NULL,
    reason text,
    detail text
);
ALTER TABLE silos.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME silos.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE silos.definition_version (
    tenant text NOT NULL COLLATE pg_catalog."C",
    job text NOT NULL COLLATE pg_catalog."C",
    number bigint NOT NULL,
    written_at timestamp with time zone NOT NULL,
    written_by text,
    source text NOT NULL COLLATE pg_catalog."C",
    deployment_version text NOT NULL,
    definition text NOT NULL
);
CREATE TABLE silos.job (
    tenant text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    active boolean NOT NULL,
    cursor timestamp with time zone NOT NULL,
    next_due timestamp with time zone,
    wake_at timestamp with time zone,
    last_due_at timestamp with time zone,
    last_verdict smallint,
    last_ended_at timestamp with time zone,
    last_run_id uuid,
    last_run_state smallint,
    last_run_started_at timestamp with time zone,
    last_run_ended_at timestamp with time zone,
    consecutive_failures integer DEFAULT 0 NOT NULL,
    counts bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    source text NOT NULL COLLATE pg_catalog."C",
    deployment_version text NOT NULL,
    pause text,
    reboot_mark text,
    tags text[]
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0.1');
CREATE TABLE silos.job_definition (
    tenant text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    definition text NOT NULL
);
CREATE TABLE silos.step (
    run_id uuid NOT NULL,
    name text NOT NULL,
    "position" bigint NOT NULL,
    processed_at timestamp with time zone NOT NULL,
    retry_count integer NOT NULL,
    status text NOT NULL,
    result text,
    error text
);
CREATE VIEW silos.job_details AS
 SELECT r.tenant,
    (md5((((s.run_id)::text || '/'::text) || s.name)))::uuid AS detail_id,
    s.run_id AS job_id,
    (s.name)::character varying AS step_name,
    (
        CASE s.status
            WHEN 'completed'::text THEN 'completed'::text
            ELSE 'failed'::text
        END)::silos.job_status AS status,
    silos.as_jsonb(s.result) AS result,
    s.processed_at,
    s.retry_count,
        CASE
            WHEN (s.error IS NOT NULL) THEN jsonb_build_object('error', s.error)
            ELSE NULL::jsonb
        END AS metadata
   FROM (silos.step s
     JOIN ( SELECT run.id,
            run.tenant
           FROM silos.run
        UNION ALL
         SELECT run_history.id,
            run_history.tenant
           FROM silos.run_history) r ON ((r.id = s.run_id)));
CREATE VIEW silos.job_logs AS
 SELECT any_run.id,
    any_run.enqueued_at AS created_at,
    COALESCE(any_run.ended_at, any_run.started_at) AS updated_at,
    (COALESCE(any_run.job, any_run.handler))::character varying(100) AS job_name,
    (
        CASE
            WHEN (any_run.state = ANY (ARRAY[3, 7])) THEN 'completed'::text
            WHEN (any_run.state = ANY (ARRAY[4, 5, 6])) THEN 'failed'::text
            ELSE 'running'::text
        END)::character varying(20) AS status,
    any_run.started_at,
    any_run.ended_at,
    COALESCE(any_run.duration, (0)::bigint) AS duration,
    COALESCE(any_run.error_message, ''::text) AS error,
    (COALESCE((silos.as_jsonb(any_run.options) -> 'metadata'::text), '{}'::jsonb))::json AS metadata,
    any_run.tenant
   FROM silos.any_run
  WHERE (any_run.started_at IS NOT NULL);
CREATE VIEW silos.jobs AS
 SELECT any_run.tenant,
    any_run.id AS job_id,
    (COALESCE(any_run.job, any_run.handler))::character varying AS type,
    (silos.as_jsonb(any_run.options) -> 'metadata'::text) AS metadata,
    (
        CASE any_run.state
            WHEN 0 THEN 'pending'::text
            WHEN 1 THEN 'queued'::text
            WHEN 2 THEN 'active'::text
            WHEN 3 THEN 'completed'::text
            WHEN 7 THEN 'completed'::text
            ELSE 'failed'::text
        END)::silos.job_status AS status,
    any_run.enqueued_at AS created_at,
    COALESCE(any_run.ended_at, any_run.started_at, any_run.enqueued_at) AS updated_at,
    COALESCE(any_run.requested_by, 'silos'::text) AS user_id,
    'silos'::character varying AS runner_type,
    (COALESCE(((any_run.tenant || '/'::text) || any_run.job), (any_run.id)::text))::character varying AS external_id,
    (any_run.id)::character varying AS external_run_id
   FROM silos.any_run;
CREATE TABLE silos.log_line (
    run_id uuid NOT NULL,
    sequence bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    attempt integer NOT NULL,
    level text NOT NULL,
    text text NOT NULL
);
CREATE TABLE silos.migration (
    version integer NOT NULL,
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE silos.occurrence (
    due_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    until timestamp with time zone,
    run_id uuid,
    count bigint DEFAULT 1 NOT NULL,
    verdict smallint NOT NULL,
    tenant text NOT NULL COLLATE pg_catalog."C",
    job text NOT NULL COLLATE pg_catalog."C"
)
WITH (autovacuum_vacuum_insert_scale_factor='0.5');
CREATE TABLE silos.partition (
    id smallint NOT NULL,
    epoch bigint DEFAULT 0 NOT NULL,
    owner text,
    lease_until timestamp with time zone
)
WITH (fillfactor='50', autovacuum_vacuum_threshold='500', autovacuum_vacuum_scale_factor='0');
CREATE VIEW silos.queues AS
 SELECT any_run.id,
    COALESCE((silos.as_jsonb(any_run.options) ->> 'name'::text), any_run.handler) AS name,
    COALESCE((silos.as_jsonb(any_run.options) ->> 'description'::text), ''::text) AS description,
    jsonb_build_object('type', any_run.handler, 'data', COALESCE(silos.as_jsonb(any_run.payload), '{}'::jsonb), 'options', jsonb_build_object('retry_count', any_run.max_attempts, 'timeout', (ceil(EXTRACT(epoch FROM (regexp_replace((silos.as_jsonb(any_run.options) ->> 'timeout'::text), '^(\d+)\.'::text, '\1 '::text))::interval)))::bigint)) AS payload,
    (any_run.attempt -
        CASE
            WHEN (any_run.state = 2) THEN 1
            ELSE 0
        END) AS attempts,
        CASE
            WHEN (any_run.state = 2) THEN any_run.started_at
            ELSE NULL::timestamp with time zone
        END AS reserved_at,
    any_run.enqueued_at AS created,
    COALESCE(any_run.started_at, any_run.enqueued_at) AS updated,
    any_run.tenant,
    any_run.queue
   FROM silos.any_run
  WHERE (any_run.state < 3);
CREATE TABLE silos.run_key (
    tenant text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    run_id uuid NOT NULL,
    until timestamp with time zone NOT NULL
);
CREATE TABLE silos.run_tally (
    tenant text NOT NULL COLLATE pg_catalog."C",
    minute timestamp with time zone NOT NULL,
    completed bigint NOT NULL,
    failed bigint NOT NULL,
    cancelled bigint NOT NULL,
    skipped bigint NOT NULL,
    lateness bigint[] NOT NULL,
    durations bigint[] NOT NULL
)
WITH (fillfactor='50');
CREATE TABLE silos.setting (
    kind text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    value text NOT NULL
);
ALTER TABLE silos.step ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME silos.step_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ONLY silos.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);
ALTER TABLE ONLY silos.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (run_id, token);
ALTER TABLE ONLY silos.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY silos.claim
    ADD CONSTRAINT claim_pkey PRIMARY KEY (id);
ALTER TABLE ONLY silos.definition_version
    ADD CONSTRAINT definition_version_pkey PRIMARY KEY (tenant, job, number);
ALTER TABLE ONLY silos.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY silos.job_definition
    ADD CONSTRAINT job_definition_pkey PRIMARY KEY (tenant, name);
ALTER TABLE ONLY silos.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (tenant, name);
ALTER TABLE ONLY silos.log_line
    ADD CONSTRAINT log_line_pkey PRIMARY KEY (run_id, sequence);
ALTER TABLE ONLY silos.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (version);
ALTER TABLE ONLY silos.occurrence
    ADD CONSTRAINT occurrence_pkey PRIMARY KEY (tenant, job, due_at);
ALTER TABLE ONLY silos.partition
    ADD CONSTRAINT partition_pkey PRIMARY KEY (id);
ALTER TABLE ONLY silos.progress
    ADD CONSTRAINT progress_pkey PRIMARY KEY (run_id);
ALTER TABLE ONLY silos.run_history
    ADD CONSTRAINT run_history_pkey PRIMARY KEY (id);
ALTER TABLE ONLY silos.run_key
    ADD CONSTRAINT run_key_pkey PRIMARY KEY (tenant, key);
ALTER TABLE ONLY silos.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (id);
ALTER TABLE ONLY silos.run_tally
    ADD CONSTRAINT run_tally_pkey PRIMARY KEY (tenant, minute);
ALTER TABLE ONLY silos.setting
    ADD CONSTRAINT setting_pkey PRIMARY KEY (kind, key);
ALTER TABLE ONLY silos.step
    ADD CONSTRAINT step_pkey PRIMARY KEY (run_id, name);
CREATE INDEX api_key_session ON silos.api_key USING btree (expires_at) WHERE (kind = 'session'::text);
CREATE INDEX audit_age ON silos.audit USING btree (at);
CREATE INDEX audit_target ON silos.audit USING btree (tenant, target_kind, target_name, id);
CREATE INDEX audit_tenant ON silos.audit USING btree (tenant, id);
CREATE INDEX inbox_job ON silos.inbox USING btree (tenant, job) WHERE (job IS NOT NULL);
CREATE INDEX job_alarm ON silos.job USING btree (LEAST(next_due, wake_at), tenant, name) WHERE active;
CREATE INDEX occurrence_due ON silos.occurrence USING brin (due_at);
CREATE INDEX run_cancel ON silos.run USING btree (partition) WHERE (cancel IS NOT NULL);
CREATE INDEX run_history_ended ON silos.run_history USING btree (ended_at);
CREATE INDEX run_history_job ON silos.run_history USING btree (tenant, job, id) WHERE (job IS NOT NULL);
CREATE INDEX run_history_tenant ON silos.run_history USING btree (tenant, id);
CREATE INDEX run_history_unsuccessful ON silos.run_history USING btree (tenant, id) INCLUDE (job, state) WHERE (state = ANY (ARRAY[4, 5, 6]));
CREATE INDEX run_job ON silos.run USING btree (tenant, job) WHERE (job IS NOT NULL);
CREATE INDEX run_key_until ON silos.run_key USING btree (until);
CREATE INDEX run_ready ON silos.run USING btree (silos.lane_of(partition, tenant, queue), ((~ priority)), due_at, id) WHERE (state = 1);
CREATE INDEX run_scheduled ON silos.run USING btree (partition, due_at) WHERE (state = 0);
CREATE INDEX run_tally_minute ON silos.run_tally USING btree (minute);
ALTER TABLE ONLY silos.definition_version
    ADD CONSTRAINT definition_version_tenant_job_fkey FOREIGN KEY (tenant, job) REFERENCES silos.job(tenant, name) ON DELETE CASCADE;
ALTER TABLE ONLY silos.job_definition
    ADD CONSTRAINT job_definition_tenant_name_fkey FOREIGN KEY (tenant, name) REFERENCES silos.job(tenant, name) ON DELETE CASCADE;
