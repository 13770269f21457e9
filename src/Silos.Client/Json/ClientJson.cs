using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Silos.Client.Alarms;
using Silos.Client.Audit;
using Silos.Client.Health;
using Silos.Client.Jobs;
using Silos.Client.Keys;
using Silos.Client.Nodes;
using Silos.Client.Operations;
using Silos.Client.Queues;
using Silos.Client.Runs;
using Silos.Client.Schedules;

namespace Silos.Client.Json;

/// <summary>How the contracts are written: camel case, nothing that is null, instants in UTC with <c>Z</c>.</summary>
/// <remarks>The depth leaves room for a payload of the deepest accepted kind inside a list.</remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 128,
    Converters = [typeof(InstantJsonConverter)])]
[JsonSerializable(typeof(JobDocument))]
[JsonSerializable(typeof(JobResponse))]
[JsonSerializable(typeof(JobListResponse))]
[JsonSerializable(typeof(OccurrenceListResponse))]
[JsonSerializable(typeof(DefinitionListResponse))]
[JsonSerializable(typeof(TriggerRequest))]
[JsonSerializable(typeof(ReasonRequest))]
[JsonSerializable(typeof(BackfillRequest))]
[JsonSerializable(typeof(BackfillResponse))]
[JsonSerializable(typeof(ExplainResponse))]
[JsonSerializable(typeof(EnqueueRequest))]
[JsonSerializable(typeof(EnqueueBatchRequest))]
[JsonSerializable(typeof(EnqueueResponse))]
[JsonSerializable(typeof(EnqueueBatchResponse))]
[JsonSerializable(typeof(CancelRunRequest))]
[JsonSerializable(typeof(RunResponse))]
[JsonSerializable(typeof(RunDetailsResponse))]
[JsonSerializable(typeof(RunListResponse))]
[JsonSerializable(typeof(StatsResponse))]
[JsonSerializable(typeof(LogResponse))]
[JsonSerializable(typeof(QueueListResponse))]
[JsonSerializable(typeof(QueueLimitsDocument))]
[JsonSerializable(typeof(PauseAllRequest))]
[JsonSerializable(typeof(PauseAllResponse))]
[JsonSerializable(typeof(QueueRecordRequest))]
[JsonSerializable(typeof(QueueRecordResponse))]
[JsonSerializable(typeof(JobLogListRequest))]
[JsonSerializable(typeof(FilterDocument))]
[JsonSerializable(typeof(Envelope<JobLogPage>))]
[JsonSerializable(typeof(Envelope<JobLogStatistics>))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(ProbeResponse))]
[JsonSerializable(typeof(SchedulePreviewResponse))]
[JsonSerializable(typeof(JobPreviewResponse))]
[JsonSerializable(typeof(ApplyRequest))]
[JsonSerializable(typeof(ApplyResponse))]
[JsonSerializable(typeof(SiloListResponse))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(WhoAmIResponse))]
[JsonSerializable(typeof(KeyListResponse))]
[JsonSerializable(typeof(NewKeyResponse))]
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(AuditListResponse))]
[JsonSerializable(typeof(AlarmListResponse))]
[JsonSerializable(typeof(OperationRequest))]
[JsonSerializable(typeof(OperationResponse))]
[JsonSerializable(typeof(OperationListResponse))]
[JsonSerializable(typeof(OperationCountResponse))]
internal sealed partial class ClientJson : JsonSerializerContext
{
    /// <summary>
    /// Gets the same with text left readable (apostrophes, letters beyond ASCII): for answers with a JSON content type,
    /// which no browser reads as HTML.
    /// </summary>
    public static ClientJson Readable => ReadableHolder.Instance;

    // A class of its own, because the order in which the parts of this one are initialised is not fixed.
    private static class ReadableHolder
    {
        public static readonly ClientJson Instance = new(new JsonSerializerOptions(Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
    }
}
