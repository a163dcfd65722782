namespace Broker.AlibabaCloud.Sources;

/// <summary>The key of <c>ALIBABA_CLOUD_ACCESS_KEY_ID</c>, <c>ALIBABA_CLOUD_ACCESS_KEY_SECRET</c> and, where it is temporary, <c>ALIBABA_CLOUD_SECURITY_TOKEN</c>.</summary>
/// <param name="variable">Reads an environment variable; null: it is not set, or empty.</param>
sealed class EnvironmentKey(Func<string, string?> variable) : IIdentitySource
{
    public string Name => "env";

    public Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new SourceIdentity(Need("ALIBABA_CLOUD_ACCESS_KEY_ID"), Need("ALIBABA_CLOUD_ACCESS_KEY_SECRET"), variable("ALIBABA_CLOUD_SECURITY_TOKEN")));

    string Need(string name) => variable(name) ?? throw new SourceIdentityException($"{name} is not set.");
}
