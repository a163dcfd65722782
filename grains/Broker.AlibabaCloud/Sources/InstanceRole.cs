using System.Text;

namespace Broker.AlibabaCloud.Sources;

/// <summary>
/// The RAM role of the ECS instance, by its metadata service. Source: ECS, "Instance metadata": version 2 asks for a token first;
/// where there is none, version 1 is asked, unless that is switched off. The address is the vendor's and fixed.
/// </summary>
/// <param name="http">Reaches it.</param>
/// <param name="role">The role's name; null: the service is asked for it.</param>
/// <param name="tokenNeeded">Whether version 1 is switched off (<c>ALIBABA_CLOUD_IMDSV1_DISABLED</c>).</param>
/// <param name="clock">The time.</param>
sealed class InstanceRole(HttpClient http, string? role, bool tokenNeeded, TimeProvider clock) : IIdentitySource
{
    const string Service = "http://100.100.100.200/latest/", Roles = "meta-data/ram/security-credentials/", TokenSeconds = "21600";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public string Name => "ecs_ram_role";

    public async Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken)
    {
        var token = await TokenAsync(cancellationToken);
        var name = role ?? Encoding.UTF8.GetString(await GetAsync(Roles, token, cancellationToken)).Trim();
        if (name.Length == 0 || name.Contains('/')) throw new SourceIdentityException("The instance metadata names no role.");
        return IdentityDocument.Parse($"The instance metadata of the role '{name}'", await GetAsync(Roles + Uri.EscapeDataString(name), token, cancellationToken)).Session();
    }

    /// <summary>Null: the service knows no tokens. Or its answer is lost, behind one hop too many as in a container, where version 1 works.</summary>
    async Task<string?> TokenAsync(CancellationToken cancellationToken)
    {
        try { return await AskForTokenAsync(cancellationToken); }
        catch (SourceIdentityException) when (!tokenNeeded) { return null; }
    }

    async Task<string> AskForTokenAsync(CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"{Service}api/token");
        request.Headers.Add("X-aliyun-ecs-metadata-token-ttl-seconds", TokenSeconds);
        var (status, body) = await SendAsync(request, cancellationToken);
        return status == 200 ? Encoding.ASCII.GetString(body)
            : throw new SourceIdentityException($"The instance metadata service answered {status} when it was asked for a token, and version 1 is switched off.");
    }

    async Task<byte[]> GetAsync(string path, string? token, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Service + path);
        if (token is not null) request.Headers.TryAddWithoutValidation("X-aliyun-ecs-metadata-token", token);
        var (status, body) = await SendAsync(request, cancellationToken);
        // A service that hands out tokens and then wants none of them is asked as version 1 is.
        if (status != 200 && token is not null && !tokenNeeded) return await GetAsync(path, null, cancellationToken);
        return status == 200 ? body : throw new SourceIdentityException(status == 404 ? "The instance has no RAM role." : $"The instance metadata service answered {status}.");
    }

    Task<(int Status, byte[] Body)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        MetadataHttp.SendAsync(http, request, "The instance metadata service", Patience, clock, cancellationToken);
}
