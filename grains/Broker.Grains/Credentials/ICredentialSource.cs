namespace Broker.Grains.Credentials;

/// <summary>Where <see cref="CredentialCache"/> gets new credentials.</summary>
interface ICredentialSource
{
    /// <summary>
    /// One attempt: reserves a place in the account's rate, calls STS once, and records what was issued before it returns.
    /// Fails with a <see cref="BrokerException"/>. Bounded in time by itself: no caller's cancellation reaches it.
    /// </summary>
    /// <param name="callerWaits">True when a caller waits for it, or the next one would; false for a renewal that is in good time.</param>
    /// <param name="dropped">
    /// Cancelled when nobody wants the attempt any more: if it has not called STS yet, it does not, and fails with
    /// <see cref="ErrorCode.Unavailable"/>.
    /// </param>
    Task<CredentialSnapshot> MintAsync(bool callerWaits, CancellationToken dropped);
}
