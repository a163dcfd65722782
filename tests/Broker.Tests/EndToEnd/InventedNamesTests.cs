using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;

namespace Broker.Tests.EndToEnd;

/// <summary>What callers name and what is not there costs no memory for long.</summary>
public sealed class InventedNamesTests : IAsyncLifetime
{
    readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    TestBroker _broker = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(clock: _clock);
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads");
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task Names_that_are_invented_leave_memory()
    {
        var key = await _broker.NewKeyAsync("acme", new { scopes = (string[])["credentials:read", "signed-urls:create", "post-policies:create"] });
        for (var i = 0; i < 100; i++)
        {
            await _broker.GetAsync($"/v1/tenants/acme/roles/x{i}/credentials?surprise=1", key);
            await _broker.CredentialsAsync("acme", "uploads", key, $"?prefix={new string('p', 900)}{i}/");
        }
        _clock.Advance(TimeSpan.FromSeconds(6));
        while (await ActivationsAsync() > 20) { }
    }

    async Task<int> ActivationsAsync()
    {
        var statistics = await _broker.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        return statistics.Where(s => s.GrainType.Contains("RoleGrain", StringComparison.Ordinal) || s.GrainType.Contains("NarrowedCredentials", StringComparison.Ordinal)).Sum(s => s.ActivationCount);
    }
}
