using System.Text.Json.Serialization;

namespace Broker.Client;

/// <summary>STS credentials of a role. Prints no secret.</summary>
/// <param name="AccessKeyId"><c>STS.…</c>; not a secret.</param>
/// <param name="AccessKeySecret">Secret.</param>
/// <param name="SecurityToken">Secret; of no bounded length.</param>
/// <param name="Expiration">Their end.</param>
/// <param name="LastUpdated">When they were minted.</param>
public sealed record RoleCredentials(
    [property: JsonRequired] string AccessKeyId,
    [property: JsonRequired] string AccessKeySecret,
    [property: JsonRequired] string SecurityToken,
    [property: JsonRequired] DateTimeOffset Expiration,
    [property: JsonRequired] DateTimeOffset LastUpdated)
{
    static readonly TimeSpan Least = TimeSpan.FromSeconds(60), Ahead = TimeSpan.FromMinutes(20);

    /// <summary>Whether they have a minute or more: with less they may end before what they are for has.</summary>
    public bool IsUsable(DateTimeOffset now) => Expiration - now >= Least;

    /// <summary>Whether it is time for new ones: a third of their life is left, or 20 minutes. The broker renews earlier, so that it has new ones then.</summary>
    public bool IsDue(DateTimeOffset now)
    {
        var third = (Expiration - LastUpdated) / 3;
        return Expiration - now <= (third < Ahead ? third : Ahead);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{AccessKeyId} until {Expiration:yyyy-MM-ddTHH:mm:ssZ}";
}
