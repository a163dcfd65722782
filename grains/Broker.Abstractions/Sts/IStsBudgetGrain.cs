using Orleans.Concurrency;

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

/// <summary>
/// The AssumeRole rate of one calling account; its key is <c>b/{identity}</c>. Every attempt reserves a place. Its methods
/// interleave, because those who wait for a place must hold up nobody.
/// </summary>
[Alias("Broker.IStsBudgetGrain")]
public interface IStsBudgetGrain : IGrainWithStringKey
{
    /// <summary>
    /// Returns when the place has come: call STS then, not later, and <see cref="Leave"/> when it has answered. Callers come before renewals and tenants take turns. When it
    /// cannot come within <paramref name="patience"/>, at most 5 s, the call fails with
    /// <see cref="ErrorCode.StsThrottled"/> and the time to retry after.
    /// </summary>
    /// <param name="lane">Who waits.</param>
    /// <param name="tenant">Whose role it is for.</param>
    /// <param name="patience">The longest wait.</param>
    /// <param name="ticket">Names the wait, for <see cref="Leave"/>.</param>
    [Alias("Reserve"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task Reserve(StsLane lane, string tenant, TimeSpan patience, Guid ticket);

    /// <summary>Nobody waits for that place any more: it goes to the next. Or its call has been answered, or is not made: another may be under way.</summary>
    [Alias("Leave"), AlwaysInterleave, OneWay]
    Task Leave(Guid ticket);

    /// <summary>STS throttled a call: nobody calls for this long; zero: 1 s.</summary>
    [Alias("Penalise"), AlwaysInterleave]
    Task Penalise(TimeSpan penalty);

    /// <summary>A role in use renews then.</summary>
    [Alias("Expect"), AlwaysInterleave, OneWay]
    Task Expect(DateTimeOffset renewal);

    /// <summary>What was said by <see cref="Expect"/> for this moment does not hold any more.</summary>
    [Alias("Withdraw"), AlwaysInterleave, OneWay]
    Task Withdraw(DateTimeOffset renewal);

    /// <summary>What operators see of it.</summary>
    [Alias("GetState"), AlwaysInterleave]
    Task<StsBudgetState> GetState(CancellationToken cancellationToken);
}
