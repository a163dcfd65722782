namespace Broker.Api.Telemetry;

/// <summary>
/// Keeps ASP.NET Core from naming requests in the log, whatever the log's settings say: it names their URLs, and a credential URL
/// is a secret. It tells of warnings and what is worse.
/// </summary>
static class FrameworkLog
{
    /// <summary>
    /// Says which requests begin and end. Nothing at all is taken from it: while one of its levels is on, each request has an
    /// activity and a scope. What a start fails of the host says, too.
    /// </summary>
    public const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    const string All = "Microsoft.AspNetCore";

    /// <summary>Of all rules the one that fits best decides, and any may: so each of them is bound, and one is there for what none fits.</summary>
    public static void Quieten(LoggerFilterOptions options)
    {
        LoggerFilterRule[] told = [new(null, null, options.MinLevel, filter: null), .. options.Rules];
        options.Rules.Clear();
        foreach (var rule in told) options.Rules.Add(new(rule.ProviderName, rule.CategoryName, rule.LogLevel, (provider, category, level) =>
            Permits(category, level) && rule.Filter?.Invoke(provider, category, level) != false));
    }

    static bool Permits(string? category, LogLevel level) =>
        category?.StartsWith(All, StringComparison.Ordinal) != true || (level >= LogLevel.Warning && category != Requests);
}
