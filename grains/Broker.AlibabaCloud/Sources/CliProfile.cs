using System.Text.Json;

namespace Broker.AlibabaCloud.Sources;

/// <summary>A profile of the aliyun CLI's <c>config.json</c>. The file is read anew each time.</summary>
/// <param name="file">The file.</param>
/// <param name="wanted">The profile's name; null: the file's current one.</param>
/// <param name="parts">Makes what a profile names.</param>
sealed class CliProfile(string file, string? wanted, IdentityParts parts) : IIdentitySource
{
    const int LongestChain = 10;

    public string Name => "cli_profile";

    public async Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken)
    {
        var config = IdentityDocument.Parse($"'{file}'", await IdentityFile.ReadAsync(file, cancellationToken));
        return await Source(config, wanted ?? config.Need("current"), LongestChain).ReadAsync(cancellationToken);
    }

    IIdentitySource Source(IdentityDocument config, string name, int left)
    {
        if (left == 0) throw config.Broken("source_profile", "leads in a circle");
        var profile = Find(config, name);
        return profile.Need("mode") switch
        {
            "AK" => new KnownKey("static_ak", new(profile.Need("access_key_id"), profile.Need("access_key_secret"), null)),
            "StsToken" => new KnownKey("static_sts", new(profile.Need("access_key_id"), profile.Need("access_key_secret"), profile.Need("sts_token"))),
            "RamRoleArn" => Assumed(profile, new KnownKey("static_ak", new(profile.Need("access_key_id"), profile.Need("access_key_secret"), profile.Text("sts_token")))),
            "ChainableRamRoleArn" => Assumed(profile, Source(config, profile.Need("source_profile"), left - 1)),
            "EcsRamRole" => parts.InstanceRole(profile.Text("ram_role_name")),
            "OIDC" => parts.OidcRole(new(profile.Need("ram_role_arn"), profile.Need("oidc_provider_arn"), profile.Need("oidc_token_file"), SessionName(profile),
                profile.Seconds("duration_seconds", profile.Seconds("expired_seconds", IdentityParts.DefaultSeconds)))),
            "External" => parts.ExternalProcess(profile.Need("process_command"), $"The process_command of the profile '{name}' in '{file}'"),
            "CredentialsURI" => parts.CredentialsUri(profile.Need("credentials_uri"), $"credentials_uri of the profile '{name}' in '{file}'"),
            _ => throw profile.Broken("mode", "must be AK, StsToken, RamRoleArn, ChainableRamRoleArn, EcsRamRole, OIDC, External or CredentialsURI"),
        };
    }

    IIdentitySource Assumed(IdentityDocument profile, IIdentitySource caller) => parts.AssumedRole(caller,
        new(profile.Need("ram_role_arn"), SessionName(profile), profile.Seconds("expired_seconds", IdentityParts.DefaultSeconds), null, profile.Text("external_id")));

    IdentityDocument Find(IdentityDocument config, string name)
    {
        if (!config.Fields.TryGetProperty("profiles", out var profiles) || profiles.ValueKind != JsonValueKind.Array || profiles.GetArrayLength() == 0)
            throw config.Broken("profiles", "must be an array with a profile");
        foreach (var profile in profiles.EnumerateArray())
            if (profile.ValueKind == JsonValueKind.Object && profile.TryGetProperty("name", out var own) && own.ValueKind == JsonValueKind.String && own.GetString() == name)
                return new($"The profile '{name}' in '{file}'", profile);
        throw new SourceIdentityException($"'{file}' has no profile '{name}'.");
    }

    static string SessionName(IdentityDocument profile) => profile.Text("ram_session_name") ?? IdentityParts.DefaultSessionName;
}
