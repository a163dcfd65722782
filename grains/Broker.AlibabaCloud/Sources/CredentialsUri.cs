namespace Broker.AlibabaCloud.Sources;

/// <summary>The key that an address answers, as <c>ALIBABA_CLOUD_CREDENTIALS_URI</c> names one. The address may itself be a secret, so no error says it.</summary>
sealed class CredentialsUri(HttpClient http, string? uri, string setting, TimeProvider clock) : IIdentitySource
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Name => "credential_uri";

    public async Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(uri)) throw new SourceIdentityException($"{setting} is not set.");
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            throw new SourceIdentityException($"{setting} must be an http or https address.");
        var (status, body) = await MetadataHttp.SendAsync(http, new(HttpMethod.Get, address), $"The address of {setting}", Patience, clock, cancellationToken);
        if (status != 200) throw new SourceIdentityException($"The address of {setting} answered {status}.");
        return IdentityDocument.Parse($"The answer of {setting}", body).Session();
    }
}
