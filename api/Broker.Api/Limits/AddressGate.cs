using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Broker.Api.Authentication;

namespace Broker.Api.Limits;

/// <summary>How often one address may be refused. Configuration section <c>Limits</c>.</summary>
public sealed class AddressLimitOptions
{
    /// <summary>Refused credentials per second of one address, 1 to 1,000,000; default 10. Beyond it, credentials that are not known to be good are not even looked up.</summary>
    public int RefusalsPerSecond { get; set; } = 10;

    /// <summary>Refused credentials of one address at once after a quiet time, 1 to 1,000,000; default 100.</summary>
    public int RefusalBurst { get; set; } = 100;

    /// <summary>The rule that the settings break, naming the key; null when they are valid.</summary>
    public string? BrokenRule()
    {
        if (RefusalsPerSecond is < 1 or > 1_000_000) return "Limits:RefusalsPerSecond must be 1 to 1000000.";
        return RefusalBurst is < 1 or > 1_000_000 ? "Limits:RefusalBurst must be 1 to 1000000." : null;
    }
}

/// <summary>
/// Keeps an address that guesses from costing more than a hash: when its refusals are used up, only credentials that were
/// good a short while ago are looked up from it, so that honest callers behind the same address go on. What is remembered of
/// a credential is its hash, and it is looked up all the same: a revoked key gains nothing.
/// </summary>
sealed class AddressGate(AddressLimitOptions options, TimeProvider clock)
{
    const int MostRemembered = 10_000;

    static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10), Renewed = TimeSpan.FromMinutes(1), RetryAfter = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<CredentialProof, DateTimeOffset> _good = new();
    readonly RateBuckets<IPAddress> _refusals = new(_ => new(options.RefusalsPerSecond, options.RefusalBurst, clock));

    /// <exception cref="BrokerException"><see cref="ErrorCode.RateLimited"/>: the address's refusals are used up.</exception>
    public void Demand(IPAddress? address, in CredentialProof proof)
    {
        // The usual credential first: to make out an IPv6 address takes memory.
        if ((_good.TryGetValue(proof, out var at) && clock.GetUtcNow() - at < Remembered) || !_refusals.IsEmpty(Whole(address))) return;
        throw new BrokerException(ErrorCode.RateLimited, "Too many credentials of this address were refused.") { RetryAfter = RetryAfter };
    }

    /// <summary>A credential of the address was refused.</summary>
    public void CountRefusal(IPAddress? address) => _refusals.TryTake(Whole(address));

    /// <summary>The credential was good just now.</summary>
    public void Remember(in CredentialProof proof)
    {
        var now = clock.GetUtcNow();
        // Reading takes no lock; writing and counting do, of all requests.
        if (_good.TryGetValue(proof, out var at) && now - at < Renewed) return;
        if (_good.Count >= MostRemembered) _good.Clear();
        _good[proof] = now;
    }

    /// <summary>An IPv6 caller has a whole /64 to choose addresses from.</summary>
    static IPAddress Whole(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new(bytes);
    }
}
