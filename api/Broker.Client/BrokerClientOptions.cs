namespace Broker.Client;

/// <summary>Which broker, as whom, and for which role.</summary>
public sealed class BrokerClientOptions
{
    /// <summary>The broker's address, <c>https://host[:port]</c>; <c>http://</c> for loopback hosts only. Needed.</summary>
    public Uri? Address { get; set; }

    /// <summary>The API key. It or <see cref="ApiKeyFile"/> is needed. A secret.</summary>
    public string? ApiKey { get; set; }

    /// <summary>A file with the key, which is read for each request, so that it can be replaced; white space around it does not count.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>The tenant. Needed.</summary>
    public string Tenant { get; set; } = "";

    /// <summary>The role. Needed.</summary>
    public string Role { get; set; } = "";

    /// <summary>For how long a request is tried again, and callers wait: 0 to 5 minutes. Default 10 s.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The rule that the settings break, naming the property; null when they are valid.</summary>
    public string? BrokenRule()
    {
        if (Address is not { IsAbsoluteUri: true, PathAndQuery: "/", UserInfo.Length: 0 }) return $"{nameof(Address)} must be https://host[:port].";
        if (Address.Scheme != Uri.UriSchemeHttps && !(Address.Scheme == Uri.UriSchemeHttp && Address.IsLoopback)) return $"{nameof(Address)} must be https; http is for loopback hosts only.";
        if (string.IsNullOrEmpty(ApiKey) == string.IsNullOrEmpty(ApiKeyFile)) return $"Set either {nameof(ApiKey)} or {nameof(ApiKeyFile)}.";
        if (Tenant.Length == 0) return $"{nameof(Tenant)} is needed.";
        if (Role.Length == 0) return $"{nameof(Role)} is needed.";
        return Patience >= TimeSpan.Zero && Patience <= TimeSpan.FromMinutes(5) ? null : $"{nameof(Patience)} must be 0 to 5 minutes.";
    }

    /// <summary>The key as it is now.</summary>
    internal async ValueTask<string> KeyAsync(CancellationToken cancellationToken) =>
        ApiKeyFile is null ? ApiKey! : (await File.ReadAllTextAsync(ApiKeyFile, cancellationToken).ConfigureAwait(false)).Trim();
}
