namespace Broker.Api.Telemetry;

/// <summary>
/// Keeps ASP.NET Core from naming requests in the log, whatever its settings say: it names their URLs, and a credential URL is a
/// secret. Of warnings and what is worse it may tell.
/// </summary>
static class FrameworkLog
{
    /// <summary>Says what request begins and ends. While any of its levels is on, each request has an activity and a scope.</summary>
    public const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    const string All = "Microsoft.AspNetCore";

    public static void Quieten(LoggerFilterOptions options)
    {
        // A rule of one provider goes before those of all, and a longer name before a shorter one.
        string?[] providers = [null, .. options.Rules.Select(rule => rule.ProviderName).OfType<string>().Distinct()];
        foreach (var louder in options.Rules.Where(IsLouder).ToList()) options.Rules.Remove(louder);
        foreach (var provider in providers)
        {
            options.Rules.Insert(0, new(provider, Requests, LogLevel.None, filter: null));
            options.Rules.Insert(0, new(provider, All, LogLevel.Warning, filter: null));
        }
    }

    static bool IsLouder(LoggerFilterRule rule) =>
        rule.CategoryName is { } category && category.StartsWith(All, StringComparison.OrdinalIgnoreCase)
        && (rule.LogLevel is null or < LogLevel.Warning || category.Equals(Requests, StringComparison.OrdinalIgnoreCase));
}
