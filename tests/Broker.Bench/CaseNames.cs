namespace Broker.Bench;

/// <summary>The cases, as <c>--cases</c> and the results name them.</summary>
static class CaseNames
{
    public const string Kestrel = "kestrel", KestrelUrl = "kestrel-urls-1", KestrelForm = "kestrel-forms", SampleCSharp0 = "sample-csharp-0", SampleCSharp50 = "sample-csharp-50", SampleNode = "sample-node",
        Broker = "broker", Broker1000 = "broker-1000", Broker100000 = "broker-100000", BrokerApi = "broker-api",
        Url = "urls-1", Urls = "urls-1000", Forms = "forms",
        MetricsOff = "telemetry-off", MetricsOn = "telemetry-on", Traced = "telemetry-traced",
        ColdHerd = "cold-herd", AssumeRoleCount = "assume-role-count", ScaleSqlite = "scale-sqlite", ScalePostgres = "scale-postgres";

    /// <summary>In the order in which a round runs them; the last four are not of rounds under load.</summary>
    public static string[] All { get; } =
    [
        Kestrel, SampleCSharp0, SampleCSharp50, SampleNode, Broker, Broker1000, Broker100000, BrokerApi, KestrelUrl, Url, Urls, KestrelForm, Forms,
        MetricsOff, MetricsOn, Traced, ColdHerd, AssumeRoleCount, ScaleSqlite, ScalePostgres,
    ];
}
