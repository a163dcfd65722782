using Microsoft.AspNetCore.Connections.Features;

namespace Broker.Api.Authentication;

/// <summary>
/// The bearer credential that a request presents, and what can be said of it without looking anything up. Kestrel gives the same
/// text again while a connection repeats its header, so what was hashed for the last request of the connection serves the next.
/// Prints nothing of it.
/// </summary>
sealed class PresentedCredential
{
    const string Scheme = "Bearer ";

    static readonly object Place = new();

    readonly string _header;

    PresentedCredential(string header)
    {
        _header = header;
        Text = header[Scheme.Length..].Trim();
        Proof = CredentialProof.Of(Text);
        ApiKey = Capability.TryParse(Capability.ApiKey, Text);
    }

    /// <summary>The credential.</summary>
    public string Text { get; }

    public CredentialProof Proof { get; }

    /// <summary>The same, when it has the form of an API key.</summary>
    public Capability? ApiKey { get; }

    /// <summary>Reads it; null: none was sent, or not as one bearer credential.</summary>
    public static PresentedCredential? Of(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        // Only HTTP/1.1 asks one after the other on a connection.
        if (!HttpProtocol.IsHttp11(context.Request.Protocol) || context.Features.Get<IConnectionItemsFeature>()?.Items is not { } items) return new(value);
        if (items.TryGetValue(Place, out var last) && last is PresentedCredential known && ReferenceEquals(known._header, value)) return known;
        var presented = new PresentedCredential(value);
        items[Place] = presented;
        return presented;
    }

    public override string ToString() => nameof(PresentedCredential);
}
