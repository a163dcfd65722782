namespace Broker.Api.Authentication.Oidc;

/// <summary>The keys of the issuers in use, one cache for all who trust the same one; of too many, the longest unused go.</summary>
sealed class TrustedIssuers(IssuerDocuments documents, TimeProvider clock, ILogger<IssuerKeys> logger)
{
    const int Most = 1000;

    readonly Lock _gate = new();
    readonly Dictionary<string, (IssuerKeys Keys, long UsedAt)> _issuers = [];

    /// <summary>The issuer's keys. Only for issuers that somebody trusts: looking at its keys asks it.</summary>
    public IssuerKeys Keys(string issuer)
    {
        lock (_gate)
        {
            var keys = _issuers.TryGetValue(issuer, out var present) ? present.Keys : new(issuer, documents, clock, logger);
            _issuers[issuer] = (keys, clock.GetTimestamp());
            if (_issuers.Count > Most) _issuers.Remove(_issuers.MinBy(entry => entry.Value.UsedAt).Key);
            return keys;
        }
    }
}
