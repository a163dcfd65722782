using Broker.Bench.Servers;

namespace Broker.Bench.Cases;

/// <summary>A case under load.</summary>
/// <param name="Name">As the results name it.</param>
/// <param name="Server">Which server is asked.</param>
/// <param name="Roles">Roles of a broker, one at random for each request; 0: a sample of the guide, which has none.</param>
/// <param name="Ask">What is asked of a role: the last part of its address.</param>
/// <param name="Body">The body of a POST; null: it is a GET.</param>
/// <param name="Connections">How many connections ask, each again as soon as it is answered.</param>
/// <param name="StsMilliseconds">How much longer STS takes.</param>
/// <param name="Baseline">The case that it is compared with.</param>
sealed record LoadCase(
    string Name, string Server, int Roles = 1, string Ask = "credentials", string? Body = null,
    int Connections = LoadCase.UsualConnections, int StsMilliseconds = 0, string Baseline = CaseNames.Kestrel)
{
    public const int UsualConnections = 32, UrlsOfBatch = 1000;

    /// <summary>In the order in which each round runs them.</summary>
    public static LoadCase[] All { get; } =
    [
        new(CaseNames.Kestrel, ServerNames.Kestrel),
        new(CaseNames.SampleCSharp0, ServerNames.SampleCSharp, Roles: 0),
        new(CaseNames.SampleCSharp50, ServerNames.SampleCSharp, Roles: 0, StsMilliseconds: 50),
        new(CaseNames.SampleNode, ServerNames.SampleNode, Roles: 0),
        new(CaseNames.Broker, ServerNames.Broker),
        new(CaseNames.Broker1000, ServerNames.Broker, Roles: 1000),
        new(CaseNames.Broker100000, ServerNames.Broker, Roles: 100_000),
        new(CaseNames.BrokerApi, ServerNames.BrokerApi),
        new(CaseNames.KestrelUrl, ServerNames.Kestrel, Ask: "signed-urls", Body: Bodies.Url),
        new(CaseNames.Url, ServerNames.Broker, Ask: "signed-urls", Body: Bodies.Url, Baseline: CaseNames.KestrelUrl),
        // One connection, so that the latency is that of one batch.
        new(CaseNames.Urls, ServerNames.Broker, Ask: "signed-urls", Body: Bodies.Urls(UrlsOfBatch), Connections: 1),
        new(CaseNames.KestrelForm, ServerNames.Kestrel, Ask: "post-policies", Body: Bodies.Form),
        new(CaseNames.Forms, ServerNames.Broker, Ask: "post-policies", Body: Bodies.Form, Baseline: CaseNames.KestrelForm),
        new(CaseNames.MetricsOff, ServerNames.BrokerWithoutMetrics),
        // A process of its own, which has served no more than those that it is compared with.
        new(CaseNames.MetricsOn, ServerNames.BrokerWithMetrics, Baseline: CaseNames.MetricsOff),
        new(CaseNames.Traced, ServerNames.BrokerTraced, Baseline: CaseNames.MetricsOff),
    ];

    /// <summary>The cases that are wanted, and those that they are compared with.</summary>
    public static LoadCase[] Wanted(BenchOptions options)
    {
        var wanted = All.Where(one => options.Wants(one.Name)).ToList();
        var names = wanted.SelectMany(one => (string[])[one.Name, one.Baseline]).ToHashSet();
        // Some baselines are compared with this one themselves.
        if (names.Count > 0) names.Add(CaseNames.Kestrel);
        return [.. All.Where(one => names.Contains(one.Name))];
    }
}

/// <summary>What callers of signatures send.</summary>
static class Bodies
{
    public const string Url = """{"method":"PUT","key":"photos/2026/one.png","contentType":"image/png"}""";

    public const string Form = """{"keyPrefix":"avatars/","contentTypes":["image/png"]}""";

    public static string Urls(int count) =>
        $$"""{"requests":[{{string.Join(',', Enumerable.Range(0, count).Select(number => $$"""{"method":"PUT","key":"photos/2026/{{number}}.png","contentType":"image/png"}"""))}}]}""";
}
