using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Broker.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace Broker.Tests.Cluster;

/// <summary>How each handshake that a broker was asked for has ended, as its own metric tells.</summary>
sealed class RecordedHandshakes : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Channel<string> _outcomes = Channel.CreateUnbounded<string>();
    readonly MeterListener _listener = new();

    public RecordedHandshakes(TestBroker broker)
    {
        // The tests' process has other brokers, whose meters have the same name.
        var meters = broker.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "broker.cluster.handshake.duration" && instrument.Meter.Scope == meters) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            if (tags[0].Value is "accept") _outcomes.Writer.TryWrite($"{tags[1].Value}");
        });
        _listener.Start();
    }

    /// <summary>How the next one ended: <c>success</c> or <c>refused</c>.</summary>
    public async Task<string> NextAsync() => await _outcomes.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>The same of those that have ended already; null when there is none.</summary>
    public string? Next => _outcomes.Reader.TryRead(out var outcome) ? outcome : null;

    public void Dispose() => _listener.Dispose();
}
