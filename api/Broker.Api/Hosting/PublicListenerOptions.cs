namespace Broker.Api.Hosting;

/// <summary>
/// Where the API listens. It is Kestrel's own endpoint, so that all that Kestrel knows of one may be set beside it. Configuration
/// section <c>Kestrel:Endpoints:Public</c>.
/// </summary>
public sealed class PublicListenerOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Kestrel:Endpoints:Public";

    /// <summary>
    /// <c>http://address:port</c>, or <c>https://…</c> with <c>Certificate:Path</c> and <c>Certificate:KeyPath</c> (PEM) beside
    /// it; <c>*</c> is every address. Default <c>http://127.0.0.1:8080</c>.
    /// </summary>
    public string Url { get; set; } = "http://127.0.0.1:8080";

    /// <summary>The address as a URL. Kestrel's names of every address are none of a URL's.</summary>
    public Uri Address => new(Whole);

    string Whole => Url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal);

    /// <summary>The rule that the settings break, naming the key; null when they are valid.</summary>
    public string? BrokenRule() =>
        Uri.TryCreate(Whole, UriKind.Absolute, out var url) && ListenerOptions.IsListener(url) ? null : $"{Section}:Url must be http://address:port or https://address:port.";
}
