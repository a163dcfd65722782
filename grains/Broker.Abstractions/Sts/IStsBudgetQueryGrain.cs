namespace Broker;

/// <summary>The AssumeRole budget of one identity now.</summary>
/// <param name="Identity">The source identity; <c>default</c> is the one that storage entries mean by null.</param>
/// <param name="RatePerSecond">Calls per second that it allows.</param>
/// <param name="Used">Calls per second that it has allowed, the mean of the last minute.</param>
/// <param name="Waiting">How many calls wait for their place.</param>
/// <param name="PenalisedUntil">Until when nobody calls, because STS throttled; null: no penalty.</param>
/// <param name="RenewalsNextHour">
/// How many roles in memory renew next within an hour, to the minute. Each counts once, though one of a short life renews more
/// often; one that is not used until then does not renew. Narrowed sessions and roles without credentials do not count.
/// </param>
[GenerateSerializer, Immutable, Alias("Broker.StsBudgetState")]
public sealed record StsBudgetState(
    [property: Id(0)] string Identity,
    [property: Id(1)] double RatePerSecond,
    [property: Id(2)] double Used,
    [property: Id(3)] int Waiting,
    [property: Id(4)] DateTimeOffset? PenalisedUntil,
    [property: Id(5)] int RenewalsNextHour);

/// <summary>Reads the budgets of all identities; its key is always the same, see <see cref="GrainKeys"/>.</summary>
[Alias("Broker.IStsBudgetQueryGrain")]
public interface IStsBudgetQueryGrain : IGrainWithStringKey
{
    /// <summary>Every identity's, by name.</summary>
    [Alias("List")]
    Task<StsBudgetState[]> List(Caller caller, CancellationToken cancellationToken);
}
