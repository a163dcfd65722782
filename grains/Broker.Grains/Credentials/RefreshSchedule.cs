using System.Security.Cryptography;
using System.Text;

namespace Broker.Grains.Credentials;

/// <summary>
/// When a role's credentials are renewed. Pure: the same key, snapshot and time give the same answer.
/// </summary>
/// <param name="key">The grain key; it decides the role's jitter, so that roles minted together renew apart.</param>
/// <param name="promisedLife">The longest life that the role promises for URLs and forms.</param>
sealed class RefreshSchedule(string key, TimeSpan promisedLife)
{
    /// <summary>How long a caller waits for the refresh in flight.</summary>
    public static readonly TimeSpan CallerPatience = TimeSpan.FromSeconds(5);

    /// <summary>Renewals that a caller's own demand forces happen once in this time.</summary>
    public static readonly TimeSpan ForcedInterval = TimeSpan.FromMinutes(1);

    static readonly TimeSpan GuaranteedFloor = TimeSpan.FromMinutes(30);

    readonly double _jitter = JitterOf(key);

    /// <summary>What is left at least of every snapshot that is served while STS answers in the background.</summary>
    public TimeSpan GuaranteedLife(TimeSpan lifetime) => Min(lifetime / 2, Max(GuaranteedFloor, Max(lifetime / 3, promisedLife)));

    /// <summary>The moment from which the snapshot is renewed in the background.</summary>
    public DateTimeOffset AdvisoryRefreshAt(CredentialSnapshot snapshot) =>
        snapshot.Expiration - GuaranteedLife(snapshot.Lifetime) - snapshot.Lifetime * _jitter;

    /// <summary>Whether the snapshot is stale: it is served at once and renewed in the background.</summary>
    public bool AdvisoryRefreshNeeded(CredentialSnapshot snapshot, DateTimeOffset now) => now >= AdvisoryRefreshAt(snapshot);

    /// <summary>Whether a role last used at this time is worth renewing.</summary>
    public static bool InUse(CredentialSnapshot snapshot, DateTimeOffset lastUsed, DateTimeOffset now) =>
        now - lastUsed <= snapshot.Lifetime;

    /// <summary>A fraction of the lifetime between 0.02 and 0.10.</summary>
    static double JitterOf(string key)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        return 0.02 + 0.08 * (BitConverter.ToUInt32(hash) / (double)uint.MaxValue);
    }

    static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
