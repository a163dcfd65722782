using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Broker.Api.Telemetry;

/// <summary>
/// One JSON object per line of the log, with the trace it belongs to. The console's own JSON has that only with all scopes, and
/// a scope may name the path of a request, which of a credential URL is a secret.
/// </summary>
sealed class TracedJson(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    /// <summary>For <c>Logging:Console:FormatterName</c>.</summary>
    public const string FormatterName = "traced-json";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line)) Write(json, logEntry, clock.GetUtcNow(), Activity.Current);
        textWriter.WriteLine(Encoding.UTF8.GetString(line.WrittenSpan));
    }

    static void Write<TState>(Utf8JsonWriter json, in LogEntry<TState> entry, DateTimeOffset now, Activity? activity)
    {
        json.WriteStartObject();
        json.WriteString("at", now.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        json.WriteString("level", entry.LogLevel.ToString());
        json.WriteString("category", entry.Category);
        if (entry.EventId.Name is { } name) json.WriteString("event", name);
        json.WriteString("message", entry.Formatter(entry.State, entry.Exception));
        if (activity is not null)
        {
            json.WriteString("traceId", activity.TraceId.ToString());
            json.WriteString("spanId", activity.SpanId.ToString());
        }
        if (entry.Exception is { } exception) json.WriteString("exception", exception.ToString());
        json.WriteEndObject();
    }
}
