using System.Collections.Concurrent;
using Broker.Emulator.Control;
using Broker.Emulator.Ram;

namespace Broker.Emulator.State;

/// <summary>All that both servers know.</summary>
sealed class World(EmulatorOptions options) : IDisposable
{
    readonly ConcurrentDictionary<string, Role> _roles = new();
    readonly Nonces _nonces = new();

    public Sessions Sessions { get; } = new(options.DataDirectory);
    public Counters Counters { get; } = new(options.DataDirectory);
    public Objects Objects { get; } = new(options.DataDirectory);
    public ConcurrentDictionary<string, string> AccessKeys { get; } = new(options.AccessKeys);
    public ConcurrentDictionary<string, Bucket> Buckets { get; } = new(options.Buckets.ToDictionary(b => b.Key, b => new Bucket(b.Key, b.Value)));
    public Faults Faults { get; } = new();
    public CallRate AssumeRoleRate { get; } = new();
    public RequestLog Requests { get; } = new();
    public TimeSpan ClockOffset { get; set; }
    public int LongestSessionSeconds { get; set; } = int.MaxValue;

    /// <summary>The servers' time.</summary>
    public DateTimeOffset Now => options.Clock.GetUtcNow() + ClockOffset;

    /// <summary>For waits, which no offset changes.</summary>
    public TimeProvider Clock => options.Clock;

    /// <summary>The secret of a RAM user's AccessKey; null when there is none.</summary>
    public string? UserSecret(string accessKeyId) => AccessKeys.GetValueOrDefault(accessKeyId);

    public void Put(Role role) => _roles[role.Arn] = role;

    /// <summary>Any role of the account exists until it was put otherwise.</summary>
    public Role? FindRole(string arn) =>
        _roles.TryGetValue(arn, out var role) ? role : arn.StartsWith($"acs:ram::{EmulatorOptions.Account}:role/", StringComparison.Ordinal) ? new Role(arn) : null;

    public RamPolicy PolicyOf(string roleArn) => FindRole(roleArn)?.Policy is { } policy ? RamPolicy.Parse(policy) : RamPolicy.FullOss;

    /// <summary>True the first time.</summary>
    public bool TakeNonce(string nonce) => _nonces.Take(nonce, Now);

    public void Dispose()
    {
        Sessions.Dispose();
        Counters.Dispose();
        Objects.Dispose();
    }
}
