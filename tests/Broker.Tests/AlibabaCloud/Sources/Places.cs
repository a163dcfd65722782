using Broker.AlibabaCloud.Sources;
using Broker.AlibabaCloud.Sts;

namespace Broker.Tests.AlibabaCloud.Sources;

/// <summary>A home directory and an environment of a test's own, and the sources that are found there.</summary>
sealed class Places : IDisposable
{
    readonly HttpClient _sts = StsHttp.CreateClient(), _http = MetadataHttp.CreateClient();

    /// <param name="sts">Where STS is.</param>
    /// <param name="clock">The time.</param>
    public Places(Uri? sts = null, TimeProvider? clock = null)
    {
        Environment["HOME"] = Home;
        Environment["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true";
        clock ??= TimeProvider.System;
        Parts = new(new(_sts, sts ?? new("http://127.0.0.1:1"), clock), _http, name => Environment.GetValueOrDefault(name), clock);
    }

    public Dictionary<string, string> Environment { get; } = [];

    public string Home { get; } = Directory.CreateTempSubdirectory("broker-home-").FullName;

    public IdentityParts Parts { get; }

    /// <summary>Writes a file below the home directory; its whole path.</summary>
    public string Write(string file, string content)
    {
        var path = Path.Combine(Home, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>The CLI's file with one profile, the current one.</summary>
    public string WriteProfile(string fields) => Write(".aliyun/config.json", $$"""{ "current": "p", "profiles": [ { "name": "p", {{fields}} } ] }""");

    public static async Task<string> RefusalAsync(IIdentitySource source) =>
        (await Assert.ThrowsAsync<SourceIdentityException>(() => source.ReadAsync(default))).Message;

    public void Dispose()
    {
        _sts.Dispose();
        _http.Dispose();
        Directory.Delete(Home, recursive: true);
    }
}
