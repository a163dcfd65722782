namespace Broker;

/// <summary>Who waits for a place in the account's rate.</summary>
[GenerateSerializer, Alias("Broker.StsLane")]
public enum StsLane
{
    /// <summary>A caller.</summary>
    Caller,
    /// <summary>Nobody: a renewal in the background.</summary>
    Renewal,
}

/// <summary>The AssumeRole rate of one calling account; its key is <c>b/{identity}</c>. Every attempt reserves a place.</summary>
[Alias("Broker.IStsBudgetGrain")]
public interface IStsBudgetGrain : IGrainWithStringKey
{
    /// <summary>
    /// Reserves the next place: how long to wait for it. When that is longer than <paramref name="patience"/>, nothing is
    /// reserved and the call fails with <see cref="ErrorCode.StsThrottled"/> and the time to retry after.
    /// </summary>
    [Alias("Reserve")]
    ValueTask<TimeSpan> Reserve(StsLane lane, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>STS throttled a call: nobody calls for this long.</summary>
    [Alias("Penalise")]
    ValueTask Penalise(TimeSpan penalty);
}
