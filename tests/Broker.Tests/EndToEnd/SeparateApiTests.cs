using System.Diagnostics;
using System.Net.Http.Headers;

namespace Broker.Tests.EndToEnd;

/// <summary>The API as a process of its own, an Orleans client of the silo.</summary>
public sealed class SeparateApiTests
{
    static string Program
    {
        get
        {
            var root = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(root, "Broker.sln"))) root = Path.GetDirectoryName(root)!;
            var configuration = AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";
            return Path.Combine(root, "api", "Broker.Api", "bin", configuration, "net10.0", "Broker.Api.dll");
        }
    }

    static async Task<(Process Process, Uri Api)> StartAsync(int gatewayPort)
    {
        var start = new ProcessStartInfo("dotnet", [Program]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["AdminKey"] = TestBroker.AdminKey;
        start.Environment["Orleans__Gateways__0"] = $"127.0.0.1:{gatewayPort}";
        start.Environment["Kestrel__Endpoints__Public__Url"] = "http://127.0.0.1:0";
        start.Environment["Management__Url"] = "http://127.0.0.1:0";
        var process = System.Diagnostics.Process.Start(start)!;
        var addresses = new List<Uri>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.IndexOf("Now listening on: ", StringComparison.Ordinal) is var at and >= 0) addresses.Add(new(line[(at + 18)..].Trim()));
            if (!line.Contains("Application started", StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.ReadToEndAsync();
            using var probe = new HttpClient();
            // Of the two listeners, only the management one says whether it is ready.
            foreach (var address in addresses)
                using (var response = await probe.GetAsync(new Uri(address, "/readyz")))
                    if (!response.IsSuccessStatusCode) return (process, address);
        }
        throw new InvalidOperationException("The API process ended before it was ready.");
    }

    [Fact]
    public async Task It_serves_what_the_silo_holds_and_names_a_silo_that_is_gone()
    {
        var broker = await TestBroker.StartAsync();
        await broker.PutTenantAsync("acme");
        await broker.PutRoleAsync("acme", "uploads");
        var (process, api) = await StartAsync(broker.GatewayPort);
        try
        {
            using var http = new HttpClient { BaseAddress = api };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestBroker.AdminKey);
            var own = await GetAsync(http, "/credentials");
            Assert.Equal(200, own.Status);
            Assert.Equal((await broker.CredentialsAsync("acme", "uploads")).AccessKeyId, own.AccessKeyId);
            Assert.Equal((404, ErrorCode.NotFound), await Failure(http, "/v1/tenants/nobody"));
            Assert.Equal((422, ErrorCode.LifetimeUnattainable), await Failure(http, $"{TestBroker.RolePath("acme", "uploads")}/credentials?minRemaining=3600"));

            await broker.DisposeAsync();
            Assert.Equal((503, ErrorCode.Unavailable), await Failure(http, $"{TestBroker.RolePath("acme", "uploads")}/credentials"));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    static async Task<Answer> GetAsync(HttpClient http, string path)
    {
        using var response = await http.GetAsync(path.StartsWith("/v1", StringComparison.Ordinal) ? path : TestBroker.RolePath("acme", "uploads") + path);
        return await Answer.ReadAsync(response);
    }

    static async Task<(int, string?)> Failure(HttpClient http, string path)
    {
        var answer = await GetAsync(http, path);
        return (answer.Status, answer.Code);
    }
}
