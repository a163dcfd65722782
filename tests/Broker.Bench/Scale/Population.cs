using Broker.Emulator;
using Broker.Quickstart;

namespace Broker.Bench.Scale;

/// <summary>Tenants and their roles, by number. All of them share a bucket, each with a prefix of its own.</summary>
/// <param name="grains">The broker.</param>
/// <param name="roles">How many roles.</param>
sealed class Population(IGrainFactory grains, int roles)
{
    const int RolesPerTenant = 100;

    static readonly Precondition None = new(null, MustNotExist: false);
    static readonly string[] Access = ["read", "write", "list"];

    readonly Holder _holder = new();

    /// <summary>Who asks.</summary>
    public static Caller Administrator { get; } = new("bench", null, [Scope.Admin]);

    /// <summary>So many tenants have roles.</summary>
    public int Tenants { get; } = Math.Max(1, roles / RolesPerTenant);

    public Task PutTenantAsync(int number, CancellationToken cancellationToken) => grains.Tenant(Tenant(number)).PutSettings(Administrator, Definition(Tenant(number)), None, cancellationToken);

    public Task PutRoleAsync(int number, CancellationToken cancellationToken) => Role(number).PutSettings(Administrator, new() { Storage = "main", Access = Access }, None, cancellationToken);

    /// <summary>Has the role call STS.</summary>
    public Task RenewAsync(int number, CancellationToken cancellationToken) => Role(number).Refresh(Administrator, cancellationToken);

    /// <summary>What the first request for a role asks of its grain, as the API asks it.</summary>
    public Task LeaseAsync(int number, CancellationToken cancellationToken) => Role(number).LeaseCredentials(
        Administrator, TimeSpan.Zero, _holder.Reference(grains), 0, cancellationToken);

    /// <summary>A page of all tenants.</summary>
    public Task<Page<TenantSettings>> ListAsync(PageRequest page, CancellationToken cancellationToken) => grains.TenantList().List(Administrator, page, cancellationToken);

    static string Tenant(int number) => $"tenant-{number}";

    IRoleGrain Role(int number) => grains.Role(new(Tenant(number % Tenants), $"role-{number / Tenants}"));

    static TenantDefinition Definition(string tenant) => new()
    {
        Storage = [new() { Name = "main", RoleArn = $"acs:ram::{EmulatorOptions.Account}:role/bench", Bucket = DemoTenant.Bucket, Region = DemoTenant.Region, KeyPrefix = $"tenants/{tenant}/" }],
    };

    /// <summary>An API process that keeps no copies.</summary>
    sealed class Holder : ILeaseHolder
    {
        ILeaseHolder? _reference;

        public ILeaseHolder Reference(IGrainFactory grains) => _reference ??= grains.CreateObjectReference<ILeaseHolder>(this);

        public Task Recall(string grainKey, long epoch) => Task.CompletedTask;
    }
}
