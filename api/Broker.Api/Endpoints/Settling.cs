namespace Broker.Api.Endpoints;

/// <summary>Whether a PUT must wait, before it is answered, until nobody vends what an older version minted. Pure.</summary>
static class Settling
{
    /// <param name="outcome">What it did.</param>
    /// <param name="version">The version that stands.</param>
    /// <param name="updatedAt">When that was made.</param>
    /// <param name="now">The time.</param>
    public static bool IsNeeded(PutOutcome outcome, long version, DateTimeOffset updatedAt, DateTimeOffset now) =>
        // Of the first version there is no older one. One that stood already may be of a change that was not answered.
        version > 1 && (outcome != PutOutcome.Unchanged || now - updatedAt < LeaseTerm.Settled);
}
