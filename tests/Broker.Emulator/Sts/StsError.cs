namespace Broker.Emulator.Sts;

/// <summary>STS refuses a call.</summary>
sealed class StsError(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>How long a throttled caller is asked to stay away; 0: STS does not say.</summary>
    public int RetryAfterMs { get; init; }
}
