using Broker.Api.Endpoints;

namespace Broker.Api.Leases;

/// <summary>Credentials, and the document that is answered for them, written once. Prints no secret.</summary>
/// <param name="Snapshot">The credentials.</param>
/// <param name="Document">The answer's body.</param>
sealed record VendedCredentials(CredentialSnapshot Snapshot, byte[] Document)
{
    public static VendedCredentials Of(CredentialSnapshot snapshot) => new(snapshot, CredentialDocument.Of(snapshot).ToUtf8());

    public static Leased<VendedCredentials> Of(Leased<CredentialSnapshot> leased) => new(Of(leased.Value), leased.Epoch);

    /// <summary>
    /// Whether the role itself would answer with them at once. What only the role can tell, whether a demand is beyond what it
    /// ever gives, is left to it.
    /// </summary>
    public bool Serves(TimeSpan minRemaining, DateTimeOffset now) => minRemaining <= Snapshot.Lifetime / 2 && Snapshot.Suffices(minRemaining, now);

    public override string ToString() => Snapshot.ToString();
}
