using System.Net;

namespace Broker.Api.Cluster;

/// <summary>Which cluster an API process that runs alone is a client of. Configuration keys are the properties' names.</summary>
public sealed class ClusterClientOptions
{
    /// <summary>The cluster's <c>ClusterId</c>, as its silos have it. Default <c>broker</c>.</summary>
    public string ClusterId { get; set; } = "broker";

    /// <summary>The cluster's silos.</summary>
    public OrleansOptions Orleans { get; set; } = new();

    /// <summary>The gateways that the settings mean.</summary>
    internal DnsEndPoint[] Gateways => [.. Orleans.Gateways.DefaultIfEmpty(OrleansOptions.DefaultGateway).Select(gateway => Parse(gateway)!)];

    /// <summary>The rule that the settings break, naming the key; null when they are valid.</summary>
    public string? BrokenRule()
    {
        if (!Names.IsValid(ClusterId)) return $"ClusterId must have {Names.Rule}.";
        return Orleans.Gateways.FirstOrDefault(gateway => Parse(gateway) is null) is { } broken ? $"Orleans:Gateways: '{broken}' is no address:port or name:port." : null;
    }

    static DnsEndPoint? Parse(string gateway) =>
        Uri.TryCreate($"tcp://{gateway}", UriKind.Absolute, out var url) && url is { Port: > 0, PathAndQuery: "/" or "", UserInfo.Length: 0, Fragment.Length: 0 } ? new(url.DnsSafeHost, url.Port) : null;

    /// <summary>The cluster's silos.</summary>
    public sealed class OrleansOptions
    {
        internal const string DefaultGateway = "127.0.0.1:30000";

        /// <summary>
        /// Gateways of silos as <c>address:port</c> or <c>name:port</c>. A name stands for all addresses that it has, and is
        /// looked up again while the process runs, so that one name can stand for silos that come and go.
        /// Default: <c>127.0.0.1:30000</c> alone.
        /// </summary>
        public string[] Gateways { get; set; } = [];
    }
}
