namespace Broker.Tests.EndToEnd.Audited;

/// <summary>Who asked for what, and how it ended.</summary>
sealed record AuditKind(string Caller, string Action, string Outcome, string? Code)
{
    public static AuditKind Of(RequestKind kind, Answer answer) => answer.Status < 300
        ? new(kind.Caller, kind.Action, "success", null)
        : new(kind.Caller, kind.Action, answer.Status is 401 or 403 or 429 ? "denied" : "failed", answer.Code);
}

/// <summary>The sums of the audit's counts, by kind, and how many entries it takes to tell.</summary>
sealed record AuditSums(Dictionary<AuditKind, long> Counts, int Entries)
{
    /// <summary>Reads page by page what a caller reads; what it adds by that itself does not count.</summary>
    public static async Task<AuditSums> ReadAsync(TestBroker broker, string filter = "")
    {
        var (counts, entries, token) = (new Dictionary<AuditKind, long>(), 0, "");
        do
        {
            var page = (await broker.GetAsync($"/v1/audit?pageSize=1000{filter}{token}")).DemandSuccess().Json;
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                var kind = new AuditKind(Text("caller")!, Text("action")!, Text("outcome")!, Text("code"));
                if (kind is { Caller: "bootstrap", Action: "ListPlatformAudit" }) continue;
                counts[kind] = counts.GetValueOrDefault(kind) + item.GetProperty("count").GetInt64();
                entries++;

                string? Text(string name) => item.GetProperty(name).GetString();
            }
            token = page.GetProperty("nextPageToken").GetString() is { } next ? $"&pageToken={next}" : null;
        }
        while (token is not null);
        return new(counts, entries);
    }

    /// <summary>Reads again and again until so many are counted; what was read last, when that does not come about.</summary>
    public static async Task<AuditSums> UntilAsync(TestBroker broker, long total, string filter = "")
    {
        var began = TimeProvider.System.GetTimestamp();
        AuditSums sums;
        do sums = await ReadAsync(broker, filter);
        while (sums.Total < total && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1));
        return sums;
    }

    public long Total => Counts.Values.Sum();

    /// <summary>What has come since.</summary>
    public AuditSums Since(AuditSums before) =>
        new(Counts.ToDictionary(c => c.Key, c => c.Value - before.Counts.GetValueOrDefault(c.Key)).Where(c => c.Value != 0).ToDictionary(), Entries - before.Entries);
}
