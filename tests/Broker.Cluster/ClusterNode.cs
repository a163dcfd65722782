namespace Broker.Cluster;

/// <summary>A silo or an API process of the cluster. Its name, its data and its Orleans ports stay over its ends and starts.</summary>
public sealed class ClusterNode
{
    readonly string _project, _logFile;
    readonly string? _network;
    readonly KeyValuePair<string, string?>[] _settings;
    BrokerProcess? _process;

    internal ClusterNode(string name, string project, string logFile, KeyValuePair<string, string?>[] settings, string? network) =>
        (Name, _project, _logFile, _settings, _network) = (name, project, logFile, settings, network);

    /// <summary><c>silo-1</c>, <c>api-1</c> and so on.</summary>
    public string Name { get; }

    /// <summary>Its process, which may have ended.</summary>
    public BrokerProcess Process => _process ?? throw new InvalidOperationException($"{Name} has not been started.");

    /// <summary>Starts it, for the first time or again after its end, and waits until it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await EndAsync(CancellationToken.None);
        try { _process = await BrokerProcess.StartAsync(_project, _settings, _logFile, _network, cancellationToken); }
        catch (InvalidOperationException e) { throw new InvalidOperationException($"{Name} has not started. {e.Message}", e); }
    }

    /// <summary>Asks it to stop if it runs, and ends it when the token is cancelled before it has.</summary>
    internal async Task EndAsync(CancellationToken patience)
    {
        if (_process is null) return;
        try { await _process.StopAsync(patience); }
        catch (OperationCanceledException) { }
        await _process.DisposeAsync();
    }
}
