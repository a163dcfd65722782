using System.Net;
using System.Text;
using System.Text.Json;
using Broker.AlibabaCloud.Sources;
using Broker.Cluster;
using Broker.Silo.Hosting;

namespace Broker.Tests.AlibabaCloud.Sources;

/// <summary>Which place wins. The same table is run through the vendor's own package in <c>tests/clients/precedence.test.mjs</c>.</summary>
public sealed class PrecedenceTests
{
    const string Folder = "tests/Broker.Tests/AlibabaCloud/Sources";

    static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    /// <param name="What">Names the case.</param>
    /// <param name="Environment">The variables; <c>{home}</c> and <c>{uri}</c> stand for the test's own.</param>
    /// <param name="Files">Files below the home directory, by the name of their content.</param>
    /// <param name="Wins">The AccessKeyId; null: there is none.</param>
    /// <param name="Token">The token; null: none.</param>
    sealed record Case(string What, Dictionary<string, string>? Environment, Dictionary<string, string>? Files, string? Wins, string? Token);

    static T Read<T>(string file) => JsonSerializer.Deserialize<T>(File.ReadAllBytes(Path.Combine(Repository.Root, Folder, file)), Json)!;

    [Fact]
    public async Task The_first_place_with_a_key_wins()
    {
        var contents = Read<Dictionary<string, string>>("precedence-files.json");
        using var server = new HttpListener();
        var uri = Listen(server);
        var serving = ServeAsync(server);
        foreach (var one in Read<Case[]>("precedence.json"))
        {
            using var places = new Places();
            foreach (var (name, value) in one.Environment ?? []) places.Environment[name] = value.Replace("{home}", places.Home, StringComparison.Ordinal).Replace("{uri}", uri, StringComparison.Ordinal);
            foreach (var (file, content) in one.Files ?? []) places.Write(file, contents[content]);
            SourceIdentity? found = null;
            try { found = await places.Parts.Default().ReadAsync(default); }
            catch (SourceIdentityException) when (one.Wins is null) { }
            Assert.Equal((one.What, one.Wins, one.Token), (one.What, found?.AccessKeyId, found?.SecurityToken));
        }
        server.Stop();
        await serving;
    }

    static string Listen(HttpListener server)
    {
        var uri = $"http://127.0.0.1:{FreePorts.Find(1)[0]}/";
        server.Prefixes.Add(uri);
        server.Start();
        return uri;
    }

    static async Task ServeAsync(HttpListener server)
    {
        try
        {
            while (await server.GetContextAsync() is { Response: var response } context)
            {
                if (context.Request.Url!.AbsolutePath == "/refuse") response.StatusCode = 403;
                response.Close(Encoding.UTF8.GetBytes($$"""{"Code":"Success","AccessKeyId":"uri","AccessKeySecret":"s","SecurityToken":"t","Expiration":"{{TimeProvider.System.GetUtcNow().AddHours(1):yyyy-MM-ddTHH:mm:ssZ}}"}"""), willBlock: false);
            }
        }
        // It was stopped, which it tells in one way or the other, and before it says that it does not listen any more.
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException) { }
    }
}
