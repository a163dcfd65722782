using Broker.Api.Auditing;
using Microsoft.Extensions.DependencyInjection;

namespace Broker.Tests.EndToEnd;

/// <summary>Who may read which entries, and what a page is.</summary>
public sealed class AuditQueryTests(AuditQueryTests.WithEntries shared) : IClassFixture<AuditQueryTests.WithEntries>
{
    static readonly Caller Admin = new("admin", null, [Scope.Admin]);

    IAuditQueryGrain Audit => shared.Broker.Services.GetRequiredService<IGrainFactory>().AuditQuery();

    /// <summary>Five entries of each of two tenants.</summary>
    public sealed class WithEntries : SharedBroker
    {
        public override async Task InitializeAsync()
        {
            await base.InitializeAsync();
            var queue = Broker.Services.GetRequiredService<AuditQueue>();
            foreach (var tenant in (string[])["acme", "globex"])
                for (var i = 0; i < 5; i++)
                    await queue.Reserve().WriteAsync(new() { At = DateTimeOffset.UnixEpoch.AddSeconds(i), Tenant = tenant, Caller = $"key{i}", Action = "role.put", Outcome = AuditOutcome.Success });
        }
    }

    [Theory]
    [InlineData("acme", Scope.ReadAudit, "acme", true)]
    [InlineData("acme", Scope.TenantAdmin, "acme", true)]
    [InlineData("acme", Scope.ReadCredentials, "acme", false)]
    [InlineData("acme", Scope.ReadAudit, "globex", false)]
    [InlineData("acme", Scope.TenantAdmin, "nobody", false)]
    [InlineData("acme", Scope.TenantAdmin, null, false)]
    [InlineData(null, Scope.ReadAudit, null, false)]
    [InlineData(null, Scope.Admin, null, true)]
    [InlineData(null, Scope.Admin, "acme", true)]
    public async Task Only_an_administrator_or_one_of_the_tenant_with_the_scope_reads(string? tenant, string scope, string? asked, bool may)
    {
        var query = Audit.Query(new("key", tenant, [scope]), new() { Tenant = asked }, default);
        if (!may) Assert.Equal(ErrorCode.Forbidden, (await Assert.ThrowsAsync<BrokerException>(() => query)).Code);
        else Assert.Equal(asked is null ? 10 : 5, (await query).Items.Count(i => i.Entry.Action == "role.put"));
    }

    [Fact]
    public async Task Pages_follow_each_other_to_the_end()
    {
        var seen = new List<string>();
        Page<AuditItem> page;
        string? token = null;
        do
        {
            page = await Audit.Query(Admin, new() { Tenant = "acme", PageSize = 2, PageToken = token }, default);
            seen.AddRange(page.Items.Select(i => i.Entry.Caller));
            token = page.NextPageToken;
        }
        while (token is not null);
        Assert.Equal(["key4", "key3", "key2", "key1", "key0"], seen);
        Assert.Null((await Audit.Query(Admin, new() { Tenant = "acme", PageSize = 5 }, default)).NextPageToken);
    }

    [Theory]
    [InlineData("pageToken", "x")]
    [InlineData("pageToken", "")]
    [InlineData("pageToken", "MSAyIA")]
    [InlineData("pageToken", "LTEgMiB3")]
    [InlineData("pageToken", "OTk5OTk5OTk5OTk5OTk5OTk5IDIgdw")]
    [InlineData("pageToken", "!!!!")]
    [InlineData("outcome", "other")]
    [InlineData("pageSize", "0")]
    [InlineData("pageSize", "1001")]
    [InlineData("from", "")]
    public async Task A_broken_filter_is_named(string field, string value)
    {
        var filter = field switch
        {
            "pageToken" => new AuditFilter { PageToken = value },
            "outcome" => new() { Outcome = value },
            "pageSize" => new() { PageSize = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) },
            _ => new() { From = DateTimeOffset.UnixEpoch, To = DateTimeOffset.UnixEpoch },
        };
        var refusal = await Assert.ThrowsAsync<BrokerException>(() => Audit.Query(Admin, filter, default));
        Assert.Equal((ErrorCode.InvalidRequest, field), (refusal.Code, Assert.Single(refusal.Errors).Key));
    }
}
