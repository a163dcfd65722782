using System.Net;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Broker.Api.Authentication.Oidc;

/// <summary>Reads an issuer's discovery document and the keys that it names. Source: OpenID Connect Discovery 1.0, section 4.</summary>
sealed class IssuerDocuments(SocketsHttpHandler handler, TimeProvider clock) : IDisposable
{
    const int LongestDocument = 256 * 1024;

    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    readonly HttpClient _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestDocument };

    /// <summary>The keys with which the issuer signs, within 5 s.</summary>
    /// <exception cref="IssuerException">The issuer answers something else than the rules ask for.</exception>
    /// <exception cref="HttpRequestException">It cannot be reached, or answers too much.</exception>
    /// <exception cref="OperationCanceledException">It is too slow.</exception>
    public async Task<SigningKeys> ReadKeysAsync(string issuer)
    {
        using var deadline = new CancellationTokenSource(Deadline, clock);
        var document = await GetAsync(new($"{issuer.TrimEnd('/')}/.well-known/openid-configuration"), deadline.Token);
        var discovered = Parse(document, OpenIdConnectConfiguration.Create, "the discovery document is malformed");
        if (discovered.Issuer != issuer) throw new IssuerException("the discovery document names another issuer");
        var keys = await GetAsync(KeysAddress(discovered.JwksUri, new(issuer)), deadline.Token);
        return Parse(keys, SigningKeys.Parse, "the key set is malformed");
    }

    public void Dispose() => _http.Dispose();

    static Uri KeysAddress(string? text, Uri issuer)
    {
        var sameHost = Uri.TryCreate(text, UriKind.Absolute, out var address) && address.GetLeftPart(UriPartial.Authority) == issuer.GetLeftPart(UriPartial.Authority);
        return sameHost ? address! : throw new IssuerException("jwks_uri is not https on the issuer's own host");
    }

    async Task<string> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(address, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK) throw new IssuerException($"it answers with status {(int)response.StatusCode}");
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    static T Parse<T>(string document, Func<string, T> parse, string rule)
    {
        try { return parse(document); }
        // What the library throws for which defect is not documented, and its messages quote the document.
        catch (Exception) { throw new IssuerException(rule); }
    }
}
