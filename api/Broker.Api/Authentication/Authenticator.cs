using Broker.Api.Authentication.Oidc;

namespace Broker.Api.Authentication;

/// <summary>Finds out who calls. Whatever is wrong with a credential, the answer is the same 401.</summary>
sealed class Authenticator(IGrainFactory grains, BootstrapAdministrator bootstrap, TokenAuthenticator tokens, TimeProvider clock)
{
    const string Scheme = "Bearer ";

    /// <summary>Who calls; the bootstrap administrator, an API key's holder, or an OIDC token's subject.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tenant">The tenant that its path names, whose trust judges a token first; null: none.</param>
    /// <exception cref="BrokerException"><see cref="ErrorCode.Unauthenticated"/>.</exception>
    public async Task<Caller> AuthenticateAsync(HttpContext context, string? tenant)
    {
        var credential = Credential(context.Request);
        return await FindHolderAsync(credential, context.RequestAborted)
            ?? (ReceivedToken.IsToken(credential) ? await tokens.FindAsync(credential, tenant, context.RequestAborted) : null)
            ?? throw Refused();
    }

    /// <summary>The same where tokens do not count.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.Unauthenticated"/>.</exception>
    public async Task<Caller> AuthenticateKeyAsync(HttpContext context) =>
        await FindHolderAsync(Credential(context.Request), context.RequestAborted) ?? throw Refused();

    /// <summary>Whether the caller of this id still stands. No record of ours ends with an OIDC issuer's subject.</summary>
    public async Task<bool> StandsAsync(string callerId, CancellationToken cancellationToken) =>
        callerId == BootstrapAdministrator.Caller.Id || callerId.StartsWith(Caller.OidcPrefix, StringComparison.Ordinal)
        || (await grains.ApiKey(callerId).Find(cancellationToken) is { } record && Lives(record));

    static string Credential(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) throw Refused();
        return value[Scheme.Length..].Trim();
    }

    async Task<Caller?> FindHolderAsync(string credential, CancellationToken cancellationToken) =>
        bootstrap.IsKey(credential) ? BootstrapAdministrator.Caller : await FindKeyAsync(Capability.TryParse(Capability.ApiKey, credential), cancellationToken);

    async Task<Caller?> FindKeyAsync(Capability? key, CancellationToken cancellationToken)
    {
        if (key is null) return null;
        var record = await grains.ApiKey(key.Id).Find(cancellationToken);
        return key.Matches(record?.SecretHash) && record is not null && Lives(record) ? record.Caller : null;
    }

    bool Lives(ApiKeyRecord record) => record.Caller.ExpiresAt is not { } end || clock.GetUtcNow() < end;

    static BrokerException Refused() => new(ErrorCode.Unauthenticated, "An API key is needed: Authorization: Bearer bk_….");
}
