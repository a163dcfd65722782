namespace Broker.Emulator;

/// <summary>What an emulator knows from the start.</summary>
public sealed record EmulatorOptions
{
    /// <summary>The account of every role and bucket.</summary>
    public const string Account = "1234567890123456";

    /// <summary>Where sessions, objects and counters are kept over a restart; null: in memory only.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>STS's port on loopback; 0: any free one.</summary>
    public int StsPort { get; init; }

    /// <summary>OSS's port on loopback; 0: any free one.</summary>
    public int OssPort { get; init; }

    /// <summary>The AccessKeys of RAM users, secrets by id. They may call STS, and have no access to OSS of their own.</summary>
    public IReadOnlyDictionary<string, string> AccessKeys { get; init; } = new Dictionary<string, string>();

    /// <summary>Regions by bucket.</summary>
    public IReadOnlyDictionary<string, string> Buckets { get; init; } = new Dictionary<string, string>();

    /// <summary>The time of both servers, before any offset.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
