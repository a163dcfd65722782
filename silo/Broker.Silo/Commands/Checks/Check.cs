using System.Net.Sockets;
using Broker.Api.Authentication;
using Broker.Api.Hosting;
using Broker.Api.Settings;

namespace Broker.Silo.Commands.Checks;

/// <summary>
/// <c>silo check --tenant T --role R [--api URL]</c>, with a silo's settings: does by a running broker, with the real cloud, what
/// a role's callers do, and what they may not do. Prints what came beside what is expected, and leaves nothing behind.
/// </summary>
static class Check
{
    static readonly string[] Own = ["--tenant", "--role", "--api"];

    /// <summary>Exit codes: all came as expected; something did not; it could not be checked.</summary>
    public const int AsExpected = 0, Different = 1, Failed = 2;

    /// <param name="arguments">What to check, and the silo's configuration as on its command line.</param>
    /// <param name="output">Where the table goes.</param>
    /// <param name="clock">Waits for the end of a URL.</param>
    /// <param name="cancellationToken">Ends it; what was put is removed all the same.</param>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            var (asked, silo) = Split(arguments);
            var configuration = WebApplication.CreateBuilder(silo).Configuration;
            configuration.AddSecretFiles().Demand(SiloSettings.All);
            var (tenant, role) = (Named(asked, "tenant"), Named(asked, "role"));
            using var broker = new CheckedBroker(Api(asked, configuration), Key(configuration), tenant, role);
            var table = new CheckTable(output);
            await RunAsync(broker, table, clock, cancellationToken);
            await table.EndAsync();
            return table.Differences == 0 ? AsExpected : Different;
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or SocketException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            await output.WriteLineAsync($"It could not be checked: {e.Message}");
            return Failed;
        }
    }

    static async Task RunAsync(CheckedBroker broker, CheckTable table, TimeProvider clock, CancellationToken cancellationToken)
    {
        var role = await broker.FindRoleAsync(cancellationToken);
        var folder = new CheckedFolder(role.Prefix);
        await table.BeginAsync(role, folder);
        var session = await broker.MintAsync(table, cancellationToken);
        using var bucket = new CheckedBucket(role.Place, session, clock);
        var objects = new CheckedObjects(bucket, role, folder, table);
        try
        {
            await objects.RunAsync(cancellationToken);
            await new CheckedHandouts(broker, bucket, role, folder, table, clock).RunAsync(cancellationToken);
        }
        finally { await objects.RemoveAsync(CancellationToken.None); }
    }

    /// <summary>The command's own arguments, <c>--name value</c> or <c>--name=value</c>, and the rest.</summary>
    static (Dictionary<string, string> Asked, string[] Silo) Split(string[] arguments)
    {
        var (asked, silo) = (new Dictionary<string, string>(), new List<string>());
        for (var i = 0; i < arguments.Length; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var before, var after] ? (before, after) : (arguments[i], null);
            if (!Own.Contains(name)) silo.Add(arguments[i]);
            else asked[name[2..]] = value ?? arguments.ElementAtOrDefault(++i) ?? "";
        }
        return (asked, [.. silo]);
    }

    static Uri Api(Dictionary<string, string> asked, IConfiguration configuration)
    {
        if (!asked.TryGetValue("api", out var given)) return Listeners.Reachable(configuration.Read<PublicListenerOptions>(PublicListenerOptions.Section).Address);
        return Uri.TryCreate(given, UriKind.Absolute, out var api) ? api : throw new InvalidOperationException("--api must be a URL: https://host[:port].");
    }

    static string Key(IConfiguration configuration) =>
        configuration.Read<BootstrapOptions>().Key() ?? throw new InvalidOperationException("AdminKey or AdminKeyFile is needed: the running broker's.");

    static string Named(Dictionary<string, string> asked, string name) =>
        asked.TryGetValue(name, out var value) && Names.IsValid(value) ? value : throw new InvalidOperationException($"--{name} is needed: a name of {Names.Rule}.");
}
