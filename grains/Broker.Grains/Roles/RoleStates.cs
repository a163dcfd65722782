namespace Broker.Grains.Roles;

/// <summary>The stored settings of a role; the row's name is <see cref="Name"/>.</summary>
[GenerateSerializer, Alias("Broker.RoleSettingsState")]
sealed record RoleSettingsState
{
    public const string Name = "role-settings-v1";

    /// <summary>Counts the role's changes, from 1; goes on after the role was deleted and made again.</summary>
    [Id(0)] public long Version { get; init; }

    [Id(1)] public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Null: there is no such role.</summary>
    [Id(2)] public RoleDefinition? Definition { get; init; }

    /// <summary>Counts the revocations of its credentials; goes on like <see cref="Version"/>.</summary>
    [Id(3)] public long Revocations { get; init; }

    public RoleSettings? ToSettings(RoleKey key) => Definition is null ? null : new(key, Version, UpdatedAt, Definition, Revocations);
}

/// <summary>The stored credentials of a role, sealed; the row's name is <see cref="Name"/>.</summary>
[GenerateSerializer, Alias("Broker.RoleCredentialsState")]
sealed record RoleCredentialsState
{
    public const string Name = "role-credentials-v1";

    /// <summary>Stands in memory for what is stored: an envelope is wanted once, when its role is activated. Never written.</summary>
    public static readonly RoleCredentialsState Stored = new() { Envelope = [0] };

    /// <summary>A sealed <see cref="StoredCredentials"/>; empty: none.</summary>
    [Id(0)] public byte[] Envelope { get; init; } = [];
}

/// <summary>What an envelope holds. Prints no secret.</summary>
/// <param name="Snapshot">The credentials.</param>
/// <param name="Terms">The fingerprint of the terms under which they were minted.</param>
[GenerateSerializer, Immutable, Alias("Broker.StoredCredentials")]
sealed record StoredCredentials([property: Id(0)] CredentialSnapshot Snapshot, [property: Id(1)] string Terms);
