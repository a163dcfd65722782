using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Broker.Tests.EndToEnd;

/// <summary>What callers name and what is not there costs no memory for long.</summary>
public sealed class InventedNamesTests(SharedBrokerOnClock shared) : IClassFixture<SharedBrokerOnClock>
{
    readonly TestBroker _broker = shared.Broker;

    [Fact]
    public async Task Names_that_are_invented_leave_memory()
    {
        var tenant = shared.NewTenant();
        await _broker.PutTenantAsync(tenant);
        await _broker.PutRoleAsync(tenant, "uploads");
        var key = await _broker.NewKeyAsync(tenant, new { scopes = (string[])["credentials:read", "signed-urls:create", "post-policies:create"] });
        for (var i = 0; i < 100; i++)
        {
            await _broker.GetAsync($"/v1/tenants/{tenant}/roles/x{i}/credentials?surprise=1", key);
            await _broker.CredentialsAsync(tenant, "uploads", key, $"?prefix={new string('p', 900)}{i}/");
        }
        shared.Clock.Advance(TimeSpan.FromSeconds(6));
        while (await ActivationsAsync() > 20) { }
    }

    async Task<int> ActivationsAsync()
    {
        var statistics = await _broker.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        return statistics.Where(s => s.GrainType.Contains("RoleGrain", StringComparison.Ordinal) || s.GrainType.Contains("NarrowedCredentials", StringComparison.Ordinal)).Sum(s => s.ActivationCount);
    }
}
