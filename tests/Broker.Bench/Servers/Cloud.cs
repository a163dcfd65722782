using System.Net.Http.Json;
using System.Text.Json;
using Broker.Bench.Serving;

namespace Broker.Bench.Servers;

/// <summary>The emulated STS and OSS of the run.</summary>
sealed class Cloud : IAsyncDisposable
{
    // Longer than a call takes, with the latency of the slow cases.
    static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

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

    /// <summary>The same once none is under way: what wrk no longer waits for at its end goes on for a while.</summary>
    public async Task<long> SettledAssumeRolesAsync(CancellationToken cancellationToken)
    {
        var (last, calls) = (-1L, await AssumeRolesAsync(cancellationToken));
        while (calls != last)
        {
            await Task.Delay(Quiet, TimeProvider.System, cancellationToken);
            (last, calls) = (calls, await AssumeRolesAsync(cancellationToken));
        }
        return calls;
    }

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
