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

    /// <summary>Whether an attempt fails as soon as it is dropped, as one that waits for a place in the rate does.</summary>
    public bool FailsWhenDropped { get; set; }

    /// <summary>From now on attempts wait until the returned source is completed.</summary>
    public TaskCompletionSource Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo() => _gate = null;

    public async Task<CredentialSnapshot> MintAsync(bool callerWaits, CancellationToken dropped)
    {
        var call = ++Calls;
        CallerWaited = callerWaits;
        var version = Version;
        var heeded = FailsWhenDropped ? dropped : CancellationToken.None;
        try
        {
            if (_gate is { } gate) await gate.Task.WaitAsync(heeded);
            heeded.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException) { throw CacheFixture.Fail(ErrorCode.Unavailable); }
        if (Failure is { } failure) throw failure;
        var now = clock.GetUtcNow();
        return new($"STS.{call}", "secret", "token", now, now + Lifetime, version);
    }
}
