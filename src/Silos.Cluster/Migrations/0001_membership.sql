-- Which silos there are. Orleans reads the statements below by their key; the parameters (@…) and the names of the columns in the
-- results are those its provider for ADO.NET expects, everything else is ours. A silo's row changes only together with the version
-- of its cluster, and only from the version that the writer has seen: two silos never decide on different pictures of the cluster.

-- Orleans asks for this table by this name.
create table orleansquery (
    querykey text primary key,
    querytext text not null
);

create table cluster_version (
    cluster_id text primary key,
    version integer not null default 0,
    changed_at timestamptz not null default clock_timestamp()
);

create table cluster_member (
    cluster_id text not null references cluster_version (cluster_id) on delete cascade,
    address text not null,
    port integer not null,
    generation integer not null,
    silo_name text not null,
    host_name text not null,
    -- 0 none, 1 created, 2 joining, 3 active, 4 shutting down, 5 stopping, 6 dead.
    status integer not null,
    gateway_port integer not null,
    -- Who suspects this silo and since when, as Orleans writes it.
    suspect_times text,
    started_at timestamptz not null,
    alive_at timestamptz not null,
    primary key (cluster_id, address, port, generation)
);

insert into orleansquery (querykey, querytext) values
('InsertMembershipVersionKey', $query$
    with added as (
        insert into cluster_version (cluster_id) values (@DeploymentId::text)
        on conflict (cluster_id) do nothing
        returning 1
    )
    select exists (select 1 from added)
$query$),
('InsertMembershipKey', $query$
    with moved as (
        update cluster_version v set version = v.version + 1, changed_at = clock_timestamp()
        where v.cluster_id = @DeploymentId::text and v.version = @Version::integer
            and not exists (
                select 1 from cluster_member m
                where m.cluster_id = @DeploymentId::text and m.address = @Address::text
                    and m.port = @Port::integer and m.generation = @Generation::integer)
        returning v.cluster_id
    ), added as (
        insert into cluster_member (
            cluster_id, address, port, generation, silo_name, host_name, status, gateway_port, started_at, alive_at)
        select moved.cluster_id, @Address::text, @Port::integer, @Generation::integer, @SiloName::text, @HostName::text,
            @Status::integer, @ProxyPort::integer, @StartTime::timestamptz, @IAmAliveTime::timestamptz
        from moved
        returning 1
    )
    select exists (select 1 from added)
$query$),
('UpdateMembershipKey', $query$
    with moved as (
        update cluster_version v set version = v.version + 1, changed_at = clock_timestamp()
        where v.cluster_id = @DeploymentId::text and v.version = @Version::integer
            and exists (
                select 1 from cluster_member m
                where m.cluster_id = @DeploymentId::text and m.address = @Address::text
                    and m.port = @Port::integer and m.generation = @Generation::integer)
        returning v.cluster_id
    ), changed as (
        update cluster_member m
        set status = @Status::integer, suspect_times = @SuspectTimes::text, alive_at = @IAmAliveTime::timestamptz
        from moved
        where m.cluster_id = moved.cluster_id and m.address = @Address::text
            and m.port = @Port::integer and m.generation = @Generation::integer
        returning 1
    )
    select exists (select 1 from changed)
$query$),
('UpdateIAmAlivetimeKey', $query$
    update cluster_member set alive_at = @IAmAliveTime::timestamptz
    where cluster_id = @DeploymentId::text and address = @Address::text
        and port = @Port::integer and generation = @Generation::integer
$query$),
('MembershipReadRowKey', $query$
    select v.version as Version, m.address as Address, m.port as Port, m.generation as Generation, m.silo_name as SiloName,
        m.host_name as HostName, m.status as Status, m.gateway_port as ProxyPort, m.suspect_times as SuspectTimes,
        m.started_at as StartTime, m.alive_at as IAmAliveTime
    from cluster_version v
    left join cluster_member m on m.cluster_id = v.cluster_id and m.address = @Address::text
        and m.port = @Port::integer and m.generation = @Generation::integer
    where v.cluster_id = @DeploymentId::text
$query$),
('MembershipReadAllKey', $query$
    select v.version as Version, m.address as Address, m.port as Port, m.generation as Generation, m.silo_name as SiloName,
        m.host_name as HostName, m.status as Status, m.gateway_port as ProxyPort, m.suspect_times as SuspectTimes,
        m.started_at as StartTime, m.alive_at as IAmAliveTime
    from cluster_version v
    left join cluster_member m on m.cluster_id = v.cluster_id
    where v.cluster_id = @DeploymentId::text
$query$),
('GatewaysQueryKey', $query$
    select address as Address, gateway_port as ProxyPort, generation as Generation
    from cluster_member
    where cluster_id = @DeploymentId::text and status = @Status::integer and gateway_port > 0
$query$),
('DeleteMembershipTableEntriesKey', $query$
    delete from cluster_version where cluster_id = @DeploymentId::text
$query$),
('CleanupDefunctSiloEntriesKey', $query$
    delete from cluster_member
    where cluster_id = @DeploymentId::text and status <> 3
        and greatest(alive_at, started_at) < @IAmAliveTime::timestamptz
$query$);
