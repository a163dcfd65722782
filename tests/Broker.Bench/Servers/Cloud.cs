using System.Net.Http.Json;
using System.Text.Json;
using Broker.Bench.Serving;

namespace Broker.Bench.Servers;

/// <summary>The emulated STS and OSS of the run.</summary>
sealed class Cloud : IAsyncDisposable
{
    readonly ServerProcess _process;
    readonly HttpClient _control;

    Cloud(ServerProcess process) => (_process, _control) = (process, new() { BaseAddress = process.Addresses[0] });

    public Uri Sts => _process.Addresses[0];

    public Uri Oss => _process.Addresses[1];

    public static async Task<Cloud> StartAsync(string logFile, CancellationToken cancellationToken) =>
        new(await ServerProcess.StartAsync(Programs.Served(EmulatedCloud.Name), [], logFile, cancellationToken));

    /// <summary>The calls of AssumeRole that it has granted so far.</summary>
    public async Task<long> AssumeRolesAsync(CancellationToken cancellationToken) =>
        (await _control.GetFromJsonAsync<JsonElement>("/_emulator/stats", cancellationToken)).GetProperty("assumeRole").GetInt64();

    /// <summary>From now on each call of AssumeRole takes so much longer.</summary>
    public async Task DelayAsync(int milliseconds, CancellationToken cancellationToken)
    {
        using var cleared = await _control.DeleteAsync("/_emulator/faults", cancellationToken);
        if (milliseconds == 0) return;
        using var set = await _control.PostAsJsonAsync("/_emulator/faults", new { Operation = "AssumeRole", Times = 0, LatencyMs = milliseconds }, cancellationToken);
        set.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        await _process.DisposeAsync();
    }
}
