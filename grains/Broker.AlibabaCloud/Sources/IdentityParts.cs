using Broker.AlibabaCloud.Sts;

namespace Broker.AlibabaCloud.Sources;

/// <summary>Makes sources of what they need besides their own settings: HTTP, STS, the environment, the time.</summary>
/// <param name="sts">Calls STS.</param>
/// <param name="http">Reaches metadata services and credentials URIs; as <see cref="MetadataHttp.CreateClient"/> makes it.</param>
/// <param name="environment">Reads an environment variable.</param>
/// <param name="clock">The time.</param>
sealed class IdentityParts(StsExchange sts, HttpClient http, Func<string, string?> environment, TimeProvider clock)
{
    public const string DefaultSessionName = "broker";

    public const int DefaultSeconds = 3600;

    public IIdentitySource EnvironmentKey() => new EnvironmentKey(Text);

    public IIdentitySource OidcRole(OidcTerms terms) => new OidcRole(terms, sts);

    public IIdentitySource AssumedRole(IIdentitySource caller, AssumeRoleRequest request) => new AssumedRoleIdentity(caller, request, sts);

    public IIdentitySource ExternalProcess(string command, string where) => new ExternalProcess(command, where, clock);

    public IIdentitySource CredentialsUri(string? uri, string setting) => new CredentialsUri(http, uri, setting, clock);

    public IIdentitySource InstanceRole(string? role) =>
        IsOn("ALIBABA_CLOUD_ECS_METADATA_DISABLED")
            ? new Absent("ecs_ram_role", "ALIBABA_CLOUD_ECS_METADATA_DISABLED is true.")
            : new InstanceRole(http, role, IsOn("ALIBABA_CLOUD_IMDSV1_DISABLED"), clock);

    /// <summary>The profile of this name in the CLI's file; null: as the environment or the file says.</summary>
    public IIdentitySource CliProfile(string? profile) => new CliProfile(Path.Combine(Home, ".aliyun", "config.json"), profile ?? Text("ALIBABA_CLOUD_PROFILE"), this);

    /// <summary>The section of this name in the credentials file; null: as the environment says, else <c>default</c>.</summary>
    public IIdentitySource CredentialsFile(string? section) => new CredentialsFile(
        Text("ALIBABA_CLOUD_CREDENTIALS_FILE") ?? Path.Combine(Home, ".alibabacloud", "credentials"), section ?? Text("ALIBABA_CLOUD_PROFILE") ?? "default", this);

    /// <summary>The vendor's default chain.</summary>
    public IIdentitySource Default() => new DefaultChain(
    [
        EnvironmentKey(),
        OidcFrom(null, null, null),
        IsOn("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") ? new Absent("cli_profile", "ALIBABA_CLOUD_CLI_PROFILE_DISABLED is true.") : CliProfile(null),
        CredentialsFile(null),
        InstanceRole(Text("ALIBABA_CLOUD_ECS_METADATA")),
        CredentialsUriFrom(null, ""),
    ]);

    /// <summary>The address of a setting; null: as the environment says.</summary>
    public IIdentitySource CredentialsUriFrom(string? uri, string setting) =>
        uri is null ? CredentialsUri(Text("ALIBABA_CLOUD_CREDENTIALS_URI"), "ALIBABA_CLOUD_CREDENTIALS_URI") : CredentialsUri(uri, setting);

    /// <summary>RRSA; what is null is as the environment says.</summary>
    public IIdentitySource OidcFrom(string? roleArn, string? providerArn, string? tokenFile)
    {
        if ((roleArn ?? Text("ALIBABA_CLOUD_ROLE_ARN")) is not { } role) return new Absent("oidc_role_arn", "ALIBABA_CLOUD_ROLE_ARN is not set.");
        if ((providerArn ?? Text("ALIBABA_CLOUD_OIDC_PROVIDER_ARN")) is not { } provider) return new Absent("oidc_role_arn", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN is not set.");
        if ((tokenFile ?? Text("ALIBABA_CLOUD_OIDC_TOKEN_FILE")) is not { } file) return new Absent("oidc_role_arn", "ALIBABA_CLOUD_OIDC_TOKEN_FILE is not set.");
        return OidcRole(new(role, provider, file, Text("ALIBABA_CLOUD_ROLE_SESSION_NAME") ?? DefaultSessionName, DefaultSeconds));
    }

    string Home => Text("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    string? Text(string variable) => environment(variable) is { Length: > 0 } value ? value : null;

    bool IsOn(string variable) => string.Equals(Text(variable), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A source that the environment does not name, or switches off.</summary>
    sealed class Absent(string name, string reason) : IIdentitySource
    {
        public string Name => name;

        public Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken) => Task.FromException<SourceIdentity>(new SourceIdentityException(reason));
    }
}
