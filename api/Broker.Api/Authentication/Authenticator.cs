using System.Net;
using Broker.Api.Authentication.Oidc;
using Broker.Api.Leases;
using Broker.Api.Limits;
using Broker.Api.Telemetry;

namespace Broker.Api.Authentication;

/// <summary>Finds out who calls. Whatever is wrong with a credential, the answer is the same 401.</summary>
sealed class Authenticator(
    LeaseTable leases, BootstrapAdministrator bootstrap, TokenAuthenticator tokens, AddressGate gate, KeyUses uses, TimeProvider clock)
{
    /// <summary>Who calls; the bootstrap administrator, an API key's holder, or an OIDC token's subject.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tenant">The tenant that its path names, whose trust judges a token first; null: none.</param>
    /// <exception cref="BrokerException"><see cref="ErrorCode.Unauthenticated"/>, or <see cref="ErrorCode.RateLimited"/> for an address that was refused too often.</exception>
    public ValueTask<Caller> AuthenticateAsync(HttpContext context, string? tenant) => AuthenticateAsync(context, tenant, tokensCount: true);

    /// <summary>The same where tokens do not count.</summary>
    public ValueTask<Caller> AuthenticateKeyAsync(HttpContext context) => AuthenticateAsync(context, tenant: null, tokensCount: false);

    async ValueTask<Caller> AuthenticateAsync(HttpContext context, string? tenant, bool tokensCount)
    {
        var address = context.Connection.RemoteIpAddress;
        var credential = PresentedCredential.Of(context);
        gate.Demand(address, credential?.Proof ?? default);
        if (credential is not null && (await FindHolderAsync(credential, context.RequestAborted)
            ?? (tokensCount && ReceivedToken.IsToken(credential.Text) ? await FindSubjectAsync(credential.Text, tenant, context) : null)) is { } caller)
        {
            gate.Remember(credential.Proof);
            return caller;
        }
        gate.CountRefusal(address);
        throw new BrokerException(ErrorCode.Unauthenticated, "No credential was sent, or it does not verify. Send Authorization: Bearer with an API key, or with a token of a trusted issuer.");
    }

    /// <summary>The holder of a credential URL, and the role that it is for.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.NotFound"/>, or <see cref="ErrorCode.RateLimited"/> for an address that was refused too often.</exception>
    public async Task<(Caller Holder, RoleKey Role)> AuthenticateUrlAsync(HttpContext context, string capability)
    {
        var address = context.Connection.RemoteIpAddress;
        var proof = CredentialProof.Of(capability);
        gate.Demand(address, proof);
        var parsed = Capability.TryParse(Capability.CredentialUrl, capability);
        if (parsed is not null && await FindUrlAsync(parsed, address, context.RequestAborted) is { } url)
        {
            gate.Remember(proof);
            return (new($"cu:{parsed.Id}", url.Role.Tenant, [Scope.ReadCredentials], [url.Role.Role]), url.Role);
        }
        gate.CountRefusal(address);
        throw NoSuchUrl();
    }

    /// <summary>What every credential URL that answers nothing answers.</summary>
    public static BrokerException NoSuchUrl() => new(ErrorCode.NotFound, "There is no such credential URL.");

    async ValueTask<Caller?> FindHolderAsync(PresentedCredential credential, CancellationToken cancellationToken)
    {
        if (bootstrap.IsKey(credential.Proof)) return BootstrapAdministrator.Caller;
        if (credential.ApiKey is not { } key) return null;
        var record = await leases.Keys.GetAsync(key.Id, default, cancellationToken);
        if (!key.Matches(record?.SecretHash) || record is null || !Lives(record)) return null;
        uses.Note(key.Id);
        return record.Caller;
    }

    /// <summary>The subject of a token, in the trace of the request: what is wrong with one only the log says.</summary>
    async ValueTask<Caller?> FindSubjectAsync(string token, string? tenant, HttpContext context)
    {
        using var trace = RequestTrace.Enter(context);
        return await tokens.FindAsync(token, tenant, context.RequestAborted);
    }

    async Task<CredentialUrlRecord?> FindUrlAsync(Capability capability, IPAddress? address, CancellationToken cancellationToken)
    {
        var url = await leases.Urls.GetAsync(capability.Id, default, cancellationToken);
        if (!capability.Matches(url?.SecretHash) || url is null || clock.GetUtcNow() >= url.ExpiresAt) return null;
        return Reaches(url.AllowedNetworks, address) && await StandsAsync(url, cancellationToken) ? url : null;
    }

    /// <summary>Whether the caller who made a URL still stands: the bootstrap administrator always, a key while it lives, a subject while its issuer is trusted.</summary>
    async Task<bool> StandsAsync(CredentialUrlRecord url, CancellationToken cancellationToken)
    {
        if (url.MadeBy == BootstrapAdministrator.Caller.Id) return true;
        if (url.MadeBy.StartsWith(Caller.OidcPrefix, StringComparison.Ordinal)) return await tokens.TrustsAsync(url.MadeBy, url.Role.Tenant, cancellationToken);
        return await leases.Keys.GetAsync(url.MadeBy, default, cancellationToken) is { } record && Lives(record);
    }

    bool Lives(ApiKeyRecord record) => record.Caller.ExpiresAt is not { } end || clock.GetUtcNow() < end;

    static bool Reaches(string[] networks, IPAddress? address)
    {
        if (networks.Length == 0) return true;
        if (address is null) return false;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(network => IPNetwork.Parse(network).Contains(plain));
    }
}
