using Microsoft.Extensions.Configuration.Ini;

namespace Broker.AlibabaCloud.Sources;

/// <summary>A section of <c>~/.alibabacloud/credentials</c>, an INI file. It is read anew each time.</summary>
/// <param name="file">The file.</param>
/// <param name="section">The section.</param>
/// <param name="parts">Makes what a section names.</param>
sealed class CredentialsFile(string file, string section, IdentityParts parts) : IIdentitySource
{
    public string Name => "profile";

    public async Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken)
    {
        var fields = Parse(await IdentityFile.ReadAsync(file, cancellationToken));
        string? Text(string field) => fields.TryGetValue($"{section}:{field}", out var value) && value is { Length: > 0 } ? value : null;
        string Need(string field) => Text(field) ?? throw new SourceIdentityException($"The section '{section}' in '{file}': {field} is missing or empty.");
        SourceIdentity Key() => new(Need("access_key_id"), Need("access_key_secret"), null);
        IIdentitySource source = Need("type") switch
        {
            "access_key" => new KnownKey("static_ak", Key()),
            "ecs_ram_role" => parts.InstanceRole(Text("role_name")),
            "ram_role_arn" => parts.AssumedRole(new KnownKey("static_ak", Key()),
                new(Need("role_arn"), Text("role_session_name") ?? IdentityParts.DefaultSessionName, IdentityParts.DefaultSeconds, Text("policy"), null)),
            _ => throw new SourceIdentityException($"The section '{section}' in '{file}': type must be access_key, ecs_ram_role or ram_role_arn."),
        };
        return await source.ReadAsync(cancellationToken);
    }

    IDictionary<string, string?> Parse(byte[] content)
    {
        try { return IniStreamConfigurationProvider.Read(new MemoryStream(content)); }
        catch (FormatException) { throw new SourceIdentityException($"'{file}' is no INI file."); }
    }
}
