namespace Broker.Api.Authentication;

/// <summary>Finds out who calls. Whatever is wrong with a credential, the answer is the same 401.</summary>
sealed class Authenticator(IGrainFactory grains, BootstrapAdministrator bootstrap, TimeProvider clock)
{
    const string Scheme = "Bearer ";

    /// <summary>Who calls; the bootstrap administrator or an API key's holder.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.Unauthenticated"/>.</exception>
    public async Task<Caller> AuthenticateAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) throw Refused();
        var credential = value[Scheme.Length..].Trim();
        if (bootstrap.IsKey(credential)) return BootstrapAdministrator.Caller;
        return await FindKeyAsync(Capability.TryParse(Capability.ApiKey, credential), context.RequestAborted) ?? throw Refused();
    }

    /// <summary>The key's holder, while the key stands; null otherwise.</summary>
    public async Task<bool> StandsAsync(string keyId, CancellationToken cancellationToken) =>
        keyId == BootstrapAdministrator.Caller.Id || (await grains.ApiKey(keyId).Find(cancellationToken) is { } record && Lives(record));

    async Task<Caller?> FindKeyAsync(Capability? key, CancellationToken cancellationToken)
    {
        if (key is null) return null;
        var record = await grains.ApiKey(key.Id).Find(cancellationToken);
        return key.Matches(record?.SecretHash) && record is not null && Lives(record) ? record.Caller : null;
    }

    bool Lives(ApiKeyRecord record) => record.Caller.ExpiresAt is not { } end || clock.GetUtcNow() < end;

    static BrokerException Refused() => new(ErrorCode.Unauthenticated, "An API key is needed: Authorization: Bearer bk_….");
}
