namespace Broker;

/// <summary>What an administrator demands of the present version before a change. Both null: the last writer wins.</summary>
/// <param name="IfMatch">The version that must be the present one; null: any, or none.</param>
/// <param name="MustNotExist">True: nothing of that name may exist (<c>If-None-Match: *</c>).</param>
/// <param name="MustExist">True: something of that name must exist (<c>If-Match: *</c>).</param>
[GenerateSerializer, Immutable, Alias("Broker.Precondition")]
public sealed record Precondition([property: Id(0)] long? IfMatch, [property: Id(1)] bool MustNotExist, [property: Id(2)] bool MustExist = false)
{
    /// <summary>Throws <see cref="ErrorCode.PreconditionFailed"/> unless the demand holds.</summary>
    /// <param name="version">The present version; 0 when nothing exists.</param>
    public void Check(long version)
    {
        if (MustNotExist && version > 0) throw new BrokerException(ErrorCode.PreconditionFailed, "If-None-Match: it exists already.");
        if (MustExist && version == 0) throw new BrokerException(ErrorCode.PreconditionFailed, "If-Match: it does not exist.");
        if (IfMatch is { } wanted && wanted != version)
            throw new BrokerException(ErrorCode.PreconditionFailed, version == 0 ? "If-Match: it does not exist." : $"If-Match: the present version is {version}.");
    }
}

/// <summary>What a PUT did.</summary>
[GenerateSerializer, Alias("Broker.PutOutcome")]
public enum PutOutcome
{
    /// <summary>Nothing of that name existed.</summary>
    Created,
    /// <summary>A new version stands.</summary>
    Changed,
    /// <summary>The definition equals the present one; the version stays.</summary>
    Unchanged,
}
