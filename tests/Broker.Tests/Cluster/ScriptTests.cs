using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Broker.Cluster;
using Broker.Tests.EndToEnd;
using Broker.Tests.Storage;

namespace Broker.Tests.Cluster;

/// <summary>The command itself, with its own PostgreSQL server.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class ScriptTests : IDisposable
{
    readonly string _data = Directory.CreateTempSubdirectory("broker-script-").FullName;

    /// <summary>It is there while PostgreSQL runs.</summary>
    string Postgres => Path.Combine(_data, "postgres", "data", "postmaster.pid");

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [PostgresFact]
    public async Task It_starts_a_cluster_stops_all_of_it_and_finds_its_data_again()
    {
        var (first, sessions) = await RunAsync();
        var (again, same) = await RunAsync();
        Assert.Equal((first.AdminKey, first.ApiKey), (again.AdminKey, again.ApiKey));
        Assert.Equal(sessions, same);
        Assert.Single(sessions.Concat(same).Distinct());
    }

    /// <summary>From a start to Ctrl-C.</summary>
    /// <returns>What the ready file says, and the AccessKeyId that each API has answered.</returns>
    async Task<(ReadyCluster Ready, string[] Sessions)> RunAsync()
    {
        using var run = Start();
        while (await run.StandardOutput.ReadLineAsync() is { } line && !line.Contains("Ctrl-C", StringComparison.Ordinal)) { }
        var file = Path.Combine(_data, "cluster.json");
        var ready = JsonSerializer.Deserialize<ReadyCluster>(await File.ReadAllTextAsync(file), JsonSerializerOptions.Web)!;
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal((2, 2), (ready.Apis.Length, ready.Silos.Length));
        using var http = new HttpClient();
        var sessions = await Task.WhenAll(ready.Apis.Select(api => SessionAsync(http, api, ready)));
        Assert.Equal(1, (await http.GetFromJsonAsync<JsonElement>($"{ready.Sts}/_emulator/stats")).GetProperty("assumeRole").GetInt32());
        using (var second = Start())
        {
            await second.WaitForExitAsync();
            Assert.Equal(2, second.ExitCode);
        }
        Assert.True(File.Exists(Postgres));
        using (var interrupt = Process.Start("kill", ["-INT", $"{run.Id}"])) await interrupt.WaitForExitAsync();
        await run.WaitForExitAsync();
        Assert.Equal(0, run.ExitCode);
        Assert.False(File.Exists(Postgres));
        Assert.All(ready.Silos, silo => Assert.Throws<ArgumentException>(() => Process.GetProcessById(silo.Pid)));
        return (ready, sessions);
    }

    Process Start() => Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, "tests", "cluster"), ["--silos", "2", "--data", _data])
    {
        RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath(),
    })!;

    static async Task<string> SessionAsync(HttpClient http, string api, ReadyCluster ready)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, api + TestBroker.RolePath(ready.Tenant, ready.Role) + "/credentials");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ready.ApiKey);
        using var response = await http.SendAsync(request);
        return (await Answer.ReadAsync(response)).DemandSuccess().AccessKeyId;
    }
}
