using System.Diagnostics;
using System.Net;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>
/// A network namespace of its own with two cables to this machine: one for the cluster and its database, which can be cut, and one
/// for callers and STS. Needs root and <c>ip</c>.
/// </summary>
sealed class SecludedNetwork : IDisposable
{
    const string Resolving = "/etc/netns";

    readonly string _cluster, _callers;

    SecludedNetwork()
    {
        Name = $"broker{Environment.ProcessId}";
        (_cluster, _callers) = ($"bc{Environment.ProcessId}", $"ba{Environment.ProcessId}");
    }

    /// <summary>The namespace's.</summary>
    public string Name { get; }

    /// <summary>The ends of the cluster's cable: inside, and at this machine.</summary>
    public static (IPAddress Inside, IPAddress Outside) Cluster { get; } = (IPAddress.Parse("10.213.77.2"), IPAddress.Parse("10.213.77.1"));

    /// <summary>The ends of the callers' cable: inside, and at this machine.</summary>
    public static (IPAddress Inside, IPAddress Outside) Callers { get; } = (IPAddress.Parse("10.213.78.2"), IPAddress.Parse("10.213.78.1"));

    /// <exception cref="InvalidOperationException">It may not be made here.</exception>
    public static SecludedNetwork Create()
    {
        var network = new SecludedNetwork();
        Ip("netns", "add", network.Name);
        network.Lay(network._cluster, Cluster);
        network.Lay(network._callers, Callers);
        network.Inside("link", "set", "lo", "up");
        // Inside, the loopback by its name is this machine's end of the callers' cable: STS may be plain http on loopback alone.
        Directory.CreateDirectory(Path.Combine(Resolving, network.Name));
        File.WriteAllText(Path.Combine(Resolving, network.Name, "hosts"), $"{Callers.Outside} localhost\n");
        return network;
    }

    /// <summary>Neither silos nor the database are heard any more; their connections end in nothing.</summary>
    public void Cut() => Ip("link", "set", _cluster, "down");

    public void Mend() => Ip("link", "set", _cluster, "up");

    public void Dispose()
    {
        Ip("link", "delete", _cluster);
        Ip("link", "delete", _callers);
        Ip("netns", "delete", Name);
        Directory.Delete(Path.Combine(Resolving, Name), recursive: true);
    }

    void Lay(string cable, (IPAddress Inside, IPAddress Outside) ends)
    {
        Ip("link", "add", cable, "type", "veth", "peer", "name", cable, "netns", Name);
        Ip("address", "add", $"{ends.Outside}/30", "dev", cable);
        Ip("link", "set", cable, "up");
        Inside("address", "add", $"{ends.Inside}/30", "dev", cable);
        Inside("link", "set", cable, "up");
    }

    void Inside(params string[] arguments) => Ip(["-netns", Name, .. arguments]);

    static void Ip(params string[] arguments)
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var said = ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        if (ip.ExitCode != 0) throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {said}");
    }
}
