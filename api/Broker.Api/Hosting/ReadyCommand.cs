using System.Net.Sockets;
using Broker.Api.Settings;

namespace Broker.Api.Hosting;

/// <summary><c>ready</c>: asks the process beside it, which has the same settings, whether it is ready. For containers, which have nothing else to ask with.</summary>
public static class ReadyCommand
{
    /// <summary>Exit codes: it is ready; it is not, or does not answer.</summary>
    public const int Ready = 0, NotReady = 1;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <param name="settings">The process's configuration, as on its command line.</param>
    public static async Task<int> RunAsync(string[] settings)
    {
        var url = WebApplication.CreateBuilder(settings).Configuration.Read<ListenerOptions>().Management.Url;
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(new Uri(Listeners.Reachable(url), "/readyz"));
            return answer.IsSuccessStatusCode ? Ready : NotReady;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or OperationCanceledException) { return NotReady; }
    }
}
