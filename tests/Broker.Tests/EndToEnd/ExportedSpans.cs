using System.Collections.Concurrent;
using System.Diagnostics;
using Broker.Api.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Broker.Tests.EndToEnd;

/// <summary>Every span as an exporter gets it, as text that begins with its trace id.</summary>
sealed class ExportedSpans : BaseExporter<Activity>
{
    public ConcurrentQueue<string> Texts { get; } = new();

    /// <summary>Adds it to a broker.</summary>
    public void Listen(WebApplicationBuilder builder)
    {
        builder.UseOrleans(static silo => silo.AddActivityPropagation());
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => TelemetryHosting.AddSources(tracing).AddProcessor(new SimpleActivityExportProcessor(this)));
    }

    public override ExportResult Export(in Batch<Activity> batch)
    {
        foreach (var span in batch) Texts.Enqueue(Text(span));
        return ExportResult.Success;
    }

    static string Text(Activity span)
    {
        var events = span.Events.Select(e => $"{e.Name} {string.Join(' ', e.Tags)}");
        return $"{span.TraceId} {span.Source.Name} {span.DisplayName} {string.Join(' ', span.TagObjects)} {string.Join(' ', events)} {string.Join(' ', span.Baggage)} {span.TraceStateString} {span.StatusDescription}";
    }
}
