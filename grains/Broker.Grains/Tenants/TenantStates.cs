namespace Broker.Grains.Tenants;

/// <summary>A stored tenant; the row's name is <see cref="Name"/>.</summary>
[GenerateSerializer, Alias("Broker.TenantSettingsState")]
sealed record TenantSettingsState
{
    public const string Name = "tenant-settings-v1";

    /// <summary>Counts the tenant's changes, from 1; goes on after the tenant was deleted and made again.</summary>
    [Id(0)] public long Version { get; init; }

    [Id(1)] public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Null: there is no such tenant.</summary>
    [Id(2)] public TenantDefinition? Definition { get; init; }

    /// <summary>Whether nothing is vended for it.</summary>
    [Id(3)] public bool Suspended { get; init; }

    public TenantSettings? ToSettings(string tenant) => Definition is null ? null : new(tenant, Version, UpdatedAt, Definition, Suspended);
}

/// <summary>The names of what a tenant has, entered before the thing is made; the row's name is <see cref="Name"/>.</summary>
[GenerateSerializer, Alias("Broker.TenantNamesState")]
sealed record TenantNamesState
{
    public const string Name = "tenant-names-v1";

    [Id(0)] public HashSet<string> Roles { get; init; } = [];

    [Id(1)] public HashSet<string> Keys { get; init; } = [];

    /// <summary>Credential URLs as <c>{role}/{id}</c>.</summary>
    [Id(2)] public HashSet<string> Urls { get; init; } = [];

    /// <summary>Names of roles that are kept warm.</summary>
    [Id(3)] public HashSet<string> Warm { get; init; } = [];

    public bool IsEmpty => Roles.Count + Keys.Count + Urls.Count + Warm.Count == 0;

    public HashSet<string> Of(TenantIndex index) => index switch
    {
        TenantIndex.Roles => Roles,
        TenantIndex.Keys => Keys,
        TenantIndex.Warm => Warm,
        _ => Urls,
    };

    public TenantNamesState With(TenantIndex index, HashSet<string> names) => index switch
    {
        TenantIndex.Roles => this with { Roles = names },
        TenantIndex.Keys => this with { Keys = names },
        TenantIndex.Warm => this with { Warm = names },
        _ => this with { Urls = names },
    };
}

/// <summary>The prefixes of a bucket, as versions before their table have stored them; the row's name is <see cref="Name"/>.</summary>
[GenerateSerializer, Alias("Broker.BucketState")]
sealed record BucketState
{
    public const string Name = "bucket-prefixes-v1";

    /// <summary>
    /// The claims are in the table. An older silo that finds this row, during an upgrade or after one that was undone, refuses
    /// every claim, because it cannot see those of others: this one overlaps all, and is for ever too young to be doubted.
    /// </summary>
    public static readonly BucketState Moved = new() { Claims = [new("", "", DateTimeOffset.MaxValue)] };

    /// <summary>By tenant and prefix: a tenant may have several, one within another too.</summary>
    [Id(0)] public PrefixClaim[] Claims { get; init; } = [];

    public bool IsMoved => Claims.SequenceEqual(Moved.Claims);
}

/// <summary>A tenant's claim of a prefix.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Prefix">The prefix: empty, or it ends in <c>/</c>.</param>
/// <param name="At">When it was claimed last.</param>
[GenerateSerializer, Immutable, Alias("Broker.PrefixClaim")]
public sealed record PrefixClaim([property: Id(0)] string Tenant, [property: Id(1)] string Prefix, [property: Id(2)] DateTimeOffset At);
