namespace Silos.Sqlite;

/// <summary>The statements, each loaded once from its <c>.sql</c> file. A test prepares every one against the migrated schema.</summary>
internal static class SqlText
{
    public static class Audit
    {
        public static readonly string Append = Load("Audit/append");
        public static readonly string List = Load("Audit/list");
        public static readonly string Prune = Load("Audit/prune");
    }

    public static class Jobs
    {
        public static readonly string Alarms = Load("Jobs/alarms");
        public static readonly string CancelLive = Load("Jobs/cancel_live");
        public static readonly string Count = Load("Jobs/count");
        public static readonly string CountLive = Load("Jobs/count_live");
        public static readonly string Decide = Load("Jobs/decide");
        public static readonly string Define = Load("Jobs/define");
        public static readonly string Definitions = Load("Jobs/definitions");
        public static readonly string Delete = Load("Jobs/delete");
        public static readonly string Due = Load("Jobs/due");
        public static readonly string Find = Load("Jobs/find");
        public static readonly string Insert = Load("Jobs/insert");
        public static readonly string IsDecided = Load("Jobs/is_decided");
        public static readonly string KeepDefinition = Load("Jobs/keep_definition");
        public static readonly string Ledger = Load("Jobs/ledger");
        public static readonly string LedgerDays = Load("Jobs/ledger_days");
        public static readonly string List = Load("Jobs/list");
        public static readonly string Next = Load("Jobs/next");
        public static readonly string Plan = Load("Jobs/plan");
        public static readonly string PlanBase = Load("Jobs/plan_base");
        public static readonly string PruneDefinitions = Load("Jobs/prune_definitions");
        public static readonly string PruneLedger = Load("Jobs/prune_ledger");
        public static readonly string RunEnded = Load("Jobs/run_ended");
        public static readonly string Tenants = Load("Jobs/tenants");
        public static readonly string Troubled = Load("Jobs/troubled");
        public static readonly string Update = Load("Jobs/update");
    }

    public static class Journal
    {
        public static readonly string Accepts = Load("Journal/accepts");
        public static readonly string LastSequence = Load("Journal/last_sequence");
        public static readonly string Log = Load("Journal/log");
        public static readonly string Progress = Load("Journal/progress");
        public static readonly string Step = Load("Journal/step");
        public static readonly string Steps = Load("Journal/steps");
    }

    public static class Keys
    {
        public static readonly string Add = Load("Keys/add");
        public static readonly string Find = Load("Keys/find");
        public static readonly string List = Load("Keys/list");
        public static readonly string Prune = Load("Keys/prune");
        public static readonly string Revoke = Load("Keys/revoke");
        public static readonly string Touch = Load("Keys/touch");
    }

    public static class Reader
    {
        public static readonly string Attempts = Load("Reader/attempts");
        public static readonly string Count = Load("Reader/count");
        public static readonly string Delete = Load("Reader/delete");
        public static readonly string Depths = Load("Reader/depths");
        public static readonly string DepthsOfAll = Load("Reader/depths_of_all");
        public static readonly string ExecutingSince = Load("Reader/executing_since");
        public static readonly string Expired = Load("Reader/expired");
        public static readonly string Find = Load("Reader/find");
        public static readonly string FindBack = Load("Reader/find_back");
        public static readonly string List = Load("Reader/list");
        public static readonly string Log = Load("Reader/log");
        public static readonly string Statistics = Load("Reader/statistics");
        public static readonly string Surplus = Load("Reader/surplus");
        public static readonly string Unsuccessful = Load("Reader/unsuccessful");
    }

    public static class Runs
    {
        public static readonly string Adopt = Load("Runs/adopt");
        public static readonly string CancelRequests = Load("Runs/cancel_requests");
        public static readonly string Claim = Load("Runs/claim");
        public static readonly string CloseAttempt = Load("Runs/close_attempt");
        public static readonly string CloseClaim = Load("Runs/close_claim");
        public static readonly string CountEnd = Load("Runs/count_end");
        public static readonly string DeleteAttempt = Load("Runs/delete_attempt");
        public static readonly string DeleteLog = Load("Runs/delete_log");
        public static readonly string DeleteProgress = Load("Runs/delete_progress");
        public static readonly string DeleteStep = Load("Runs/delete_step");
        public static readonly string Due = Load("Runs/due");
        public static readonly string EndBase = Load("Runs/end_base");
        public static readonly string Enqueue = Load("Runs/enqueue");
        public static readonly string FindKey = Load("Runs/find_key");
        public static readonly string Finish = Load("Runs/finish");
        public static readonly string HasProgress = Load("Runs/has_progress");
        public static readonly string Inbox = Load("Runs/inbox");
        public static readonly string IsKnown = Load("Runs/is_known");
        public static readonly string Lease = Load("Runs/lease");
        public static readonly string NextQueue = Load("Runs/next_queue");
        public static readonly string NextScheduled = Load("Runs/next_scheduled");
        public static readonly string Open = Load("Runs/open");
        public static readonly string OpenAttempts = Load("Runs/open_attempts");
        public static readonly string Owns = Load("Runs/owns");
        public static readonly string Promote = Load("Runs/promote");
        public static readonly string PruneClaims = Load("Runs/prune_claims");
        public static readonly string PruneKeys = Load("Runs/prune_keys");
        public static readonly string Ready = Load("Runs/ready");
        public static readonly string Remove = Load("Runs/remove");
        public static readonly string Renew = Load("Runs/renew");
        public static readonly string Replace = Load("Runs/replace");
        public static readonly string RequestCancel = Load("Runs/request_cancel");
        public static readonly string Requeue = Load("Runs/requeue");
        public static readonly string TakeKey = Load("Runs/take_key");
        public static readonly string UncountEnd = Load("Runs/uncount_end");
    }

    public static class Schema
    {
        public static readonly string Applied = Load("Schema/applied");
        public static readonly string Begin = Load("Schema/begin");
        public static readonly string Commit = Load("Schema/commit");
        public static readonly string ConfigureReader = Load("Schema/configure_reader");
        public static readonly string ConfigureWriter = Load("Schema/configure_writer");
        public static readonly string CreateVersion = Load("Schema/create_version");
        public static readonly string Ping = Load("Schema/ping");
        public static readonly string Release = Load("Schema/release");
        public static readonly string Rollback = Load("Schema/rollback");
        public static readonly string RollbackTo = Load("Schema/rollback_to");
        public static readonly string Savepoint = Load("Schema/savepoint");
        public static readonly string Tables = Load("Schema/tables");
        public static readonly string Version = Load("Schema/version");
    }

    public static class Settings
    {
        public static readonly string Delete = Load("Settings/delete");
        public static readonly string Find = Load("Settings/find");
        public static readonly string Insert = Load("Settings/insert");
        public static readonly string List = Load("Settings/list");
        public static readonly string Update = Load("Settings/update");
    }

    public static class Stats
    {
        public static readonly string Find = Load("Stats/find");
        public static readonly string Prune = Load("Stats/prune");
        public static readonly string Read = Load("Stats/read");
        public static readonly string Recent = Load("Stats/recent");
        public static readonly string Save = Load("Stats/save");
    }

    private static string Load(string name) => Resource.Read($"Sql/{name}");
}
