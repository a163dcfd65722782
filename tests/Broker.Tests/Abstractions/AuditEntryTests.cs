namespace Broker.Tests.Abstractions;

public sealed class AuditEntryTests
{
    static readonly AuditEntry Entry = new() { At = DateTimeOffset.UnixEpoch, Tenant = "acme", Role = "uploads", Caller = "key", Action = "GetCredentials", Outcome = AuditOutcome.Denied };

    /// <summary>Entries that a caller can tell apart at will and that hash alike would be one long list in each dictionary of them.</summary>
    [Fact]
    public void Whatever_callers_choose_spreads()
    {
        Func<string, AuditEntry>[] chosen =
        [
            text => Entry with { Role = text }, text => Entry with { Prefix = text }, text => Entry with { Access = text }, text => Entry with { SourceAddress = text },
            text => Entry with { Caller = text }, text => Entry with { Tenant = text },
        ];
        Assert.All(chosen, choose => Assert.InRange(Enumerable.Range(0, 1000).Select(number => AuditEntry.SameKind.GetHashCode(choose($"{number}"))).Distinct().Count(), 990, 1000));
    }
}
