namespace Broker.AlibabaCloud.Sources;

/// <summary>The key of <c>ALIBABA_CLOUD_ACCESS_KEY_ID</c>, <c>ALIBABA_CLOUD_ACCESS_KEY_SECRET</c> and, where it is temporary, <c>ALIBABA_CLOUD_SECURITY_TOKEN</c>.</summary>
/// <param name="environment">Reads an environment variable.</param>
sealed class EnvironmentKey(Func<string, string?> environment) : IIdentitySource
{
    public string Name => "env";

    public Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new SourceIdentity(Need("ALIBABA_CLOUD_ACCESS_KEY_ID"), Need("ALIBABA_CLOUD_ACCESS_KEY_SECRET"), Text("ALIBABA_CLOUD_SECURITY_TOKEN")));

    string? Text(string variable) => environment(variable) is { Length: > 0 } value ? value : null;

    string Need(string variable) => Text(variable) ?? throw new SourceIdentityException($"{variable} is not set.");
}
