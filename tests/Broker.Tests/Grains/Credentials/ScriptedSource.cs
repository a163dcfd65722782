using Broker.Grains.Credentials;

namespace Broker.Tests.Grains.Credentials;

/// <summary>Credentials by script: the test decides how long each attempt takes and how it ends.</summary>
sealed class ScriptedSource(TimeProvider clock) : ICredentialSource
{
    TaskCompletionSource? _gate;

    public int Calls { get; private set; }

    /// <summary>Whether a caller waited for the last attempt, or would.</summary>
    public bool CallerWaited { get; private set; }

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);
    public BrokerException? Failure { get; set; }
    public long Version { get; set; } = 1;

    /// <summary>From now on attempts wait until the returned source is completed.</summary>
    public TaskCompletionSource Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo() => _gate = null;

    public async Task<CredentialSnapshot> MintAsync(bool callerWaits, CancellationToken dropped)
    {
        var call = ++Calls;
        CallerWaited = callerWaits;
        var version = Version;
        if (_gate is { } gate) await gate.Task;
        if (Failure is { } failure) throw failure;
        var now = clock.GetUtcNow();
        return new($"STS.{call}", "secret", "token", now, now + Lifetime, version);
    }
}
