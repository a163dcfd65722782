namespace Broker.Api.Endpoints;

/// <summary>What an end to vending leaves behind: STS cannot take back what it issued.</summary>
/// <param name="Status"><c>suspended</c>, <c>disabled</c>, <c>revoked</c> or <c>deleted</c>.</param>
/// <param name="Exposure">Every credential that was issued and still lives, by its end.</param>
/// <param name="LatestExpiration">When the last of them ends; null: none lives.</param>
sealed record KillReport(string Status, Exposure[] Exposure, DateTimeOffset? LatestExpiration)
{
    public static KillReport Of(string status, Exposure[] exposure) => new(status, exposure, exposure.Length == 0 ? null : exposure.Max(e => e.Expiration));
}
