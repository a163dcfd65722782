using System.Text.Json.Serialization;

namespace Broker;

/// <summary>The policy settings of a role: what its sessions may do, and for how long.</summary>
[GenerateSerializer, Immutable, Alias("Broker.RoleDefinition")]
public sealed record RoleDefinition
{
    /// <summary>The name of one of the tenant's storage entries.</summary>
    [JsonRequired, Id(0)] public string Storage { get; init; } = "";

    /// <summary>Narrows the entry's prefix further; empty: not at all.</summary>
    [Id(1)] public string SubPrefix { get; init; } = "";

    /// <summary>Any of <c>read</c>, <c>write</c>, <c>list</c>, <c>delete</c>; none means that a session may do nothing.</summary>
    [JsonRequired, Id(2)] public string[] Access { get; init; } = [];

    /// <summary>How long a session lives: 900 to 43,200 seconds, and no longer than the RAM role's own maximum. Default 3,600.</summary>
    [Id(3)] public int DurationSeconds { get; init; } = 3600;

    /// <summary>From where and how a session works.</summary>
    [Id(4)] public RoleConditions Conditions { get; init; } = new();

    /// <summary>Bounds on upload forms.</summary>
    [Id(5)] public UploadBounds Uploads { get; init; } = new();

    /// <summary>Bounds on signed URLs.</summary>
    [Id(6)] public SignedUrlBounds SignedUrls { get; init; } = new();

    /// <summary>Deny statements in RAM's grammar, as JSON objects. Only an administrator sets them. Null (default): none, or as they stand for who may not set them.</summary>
    [JsonConverter(typeof(RawJsonObjects)), Id(7)] public string[]? ExtraStatements { get; init; }

    /// <summary>True: the role vends nothing. Default false.</summary>
    [Id(8)] public bool Disabled { get; init; }

    /// <summary>True: renewed without a request, after a crash too. Only an administrator sets it. Null (default): false, or as it stands for who may not set it.</summary>
    [Id(9)] public bool? KeepWarm { get; init; }

    /// <summary>Bounds on how often the role is asked.</summary>
    [Id(10)] public RoleLimits Limits { get; init; } = new();
}

/// <summary>Conditions that the session policy puts on every grant.</summary>
[GenerateSerializer, Immutable, Alias("Broker.RoleConditions")]
public sealed record RoleConditions
{
    /// <summary>CIDR blocks from which a session works; empty: from everywhere. At most 20.</summary>
    [Id(0)] public string[] SourceNetworks { get; init; } = [];

    /// <summary>True: a session works over https only. Default false.</summary>
    [Id(1)] public bool SecureTransport { get; init; }
}

/// <summary>Bounds on how often a role is asked.</summary>
[GenerateSerializer, Immutable, Alias("Broker.RoleLimits")]
public sealed record RoleLimits
{
    /// <summary>Requests per second in each API process; 1 to 1,000,000; null (default): no limit.</summary>
    [Id(0)] public int? RequestsPerSecond { get; init; }
}

/// <summary>Bounds on upload forms.</summary>
[GenerateSerializer, Immutable, Alias("Broker.UploadBounds")]
public sealed record UploadBounds
{
    /// <summary>OSS takes objects of up to 5 GiB by a form.</summary>
    public const long LargestObject = 5L * 1024 * 1024 * 1024;

    /// <summary>The least size, in bytes; default 0.</summary>
    [Id(1)] public long MinBytes { get; init; }

    /// <summary>The largest size, in bytes; at most and by default 5 GiB.</summary>
    [Id(2)] public long MaxBytes { get; init; } = LargestObject;

    /// <summary>Permitted types: exact ones, or exactly one <c>type/*</c>; empty: any.</summary>
    [Id(3)] public string[] ContentTypes { get; init; } = [];

    /// <summary>True: an object that exists is not replaced. Default false.</summary>
    [Id(4)] public bool ForbidOverwrite { get; init; }

    /// <summary>Where OSS reports uploads; its host must be one of the tenant's callback hosts. Null (default): nowhere.</summary>
    [Id(5)] public string? Callback { get; init; }

    /// <summary>The longest life of a form, in seconds: 1 to durationSeconds - 60. Null (default): 900, or as much as that bound lets it.</summary>
    [Id(0)] public int? MaxExpiresIn { get; init; }
}

/// <summary>Bounds on signed URLs.</summary>
[GenerateSerializer, Immutable, Alias("Broker.SignedUrlBounds")]
public sealed record SignedUrlBounds
{
    /// <summary>The longest life of a signed URL, in seconds: 1 to durationSeconds - 60. Null (default): 900, or as much as that bound lets it.</summary>
    [Id(0)] public int? MaxExpiresIn { get; init; }
}

/// <summary>A role as it stands.</summary>
/// <param name="Key">Its tenant and name.</param>
/// <param name="Version">Counts its changes, from 1.</param>
/// <param name="UpdatedAt">When the version was made.</param>
/// <param name="Definition">The policy settings.</param>
/// <param name="Revocations">How often its credentials were revoked; what was minted before the last time is not vended.</param>
[GenerateSerializer, Immutable, Alias("Broker.RoleSettings")]
public sealed record RoleSettings(
    [property: Id(0)] RoleKey Key,
    [property: Id(1)] long Version,
    [property: Id(2)] DateTimeOffset UpdatedAt,
    [property: Id(3)] RoleDefinition Definition,
    [property: Id(4)] long Revocations = 0)
{
    /// <summary>Whether it was set or revoked after the other.</summary>
    public bool IsNewerThan(RoleSettings other) => Version > other.Version || Revocations > other.Revocations;
}

/// <summary>The outcome of a role's PUT.</summary>
[GenerateSerializer, Immutable, Alias("Broker.RolePut")]
public sealed record RolePut([property: Id(0)] PutOutcome Outcome, [property: Id(1)] RoleSettings Settings);
