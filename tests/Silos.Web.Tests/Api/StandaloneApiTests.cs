using Silos.Web.Tests.Hosts;

namespace Silos.Web.Tests.Api;

/// <summary>The suite on a SQLite file.</summary>
public sealed class ApiOnSqlite(SqliteApiHost host) : ApiSuite<SqliteApiHost>(host);

/// <summary>The suite on PostgreSQL.</summary>
public sealed class ApiOnPostgres(PostgresApiHost host) : ApiSuite<PostgresApiHost>(host);
