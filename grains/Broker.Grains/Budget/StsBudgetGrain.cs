using Microsoft.Extensions.Options;

namespace Broker.Grains.Budget;

/// <summary>
/// The account's AssumeRole rate. Volatile: after a move it allows one burst more at most, and STS's own limit still holds.
/// </summary>
sealed class StsBudgetGrain(IOptions<StsBudgetOptions> options, TimeProvider clock) : Grain, IStsBudgetGrain
{
    readonly StsRate _rate = new(options.Value);

    public ValueTask<TimeSpan> Reserve(StsLane lane, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (_rate.TryReserve(lane, patience, clock.GetUtcNow(), out var wait)) return new(wait);
        throw new BrokerException(ErrorCode.StsThrottled, "The account's budget of AssumeRole calls is full.") { RetryAfter = wait };
    }

    public ValueTask Penalise(TimeSpan penalty)
    {
        _rate.Penalise(penalty, clock.GetUtcNow());
        return ValueTask.CompletedTask;
    }
}
