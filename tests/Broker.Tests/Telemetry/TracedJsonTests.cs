using System.Diagnostics;
using System.Text.Json;
using Broker.Api.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Telemetry;

public sealed class TracedJsonTests
{
    static JsonElement Line(LogEntry<string> entry, IExternalScopeProvider scopes)
    {
        using var text = new StringWriter();
        new TracedJson(new FakeTimeProvider(new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero))).Write(entry, scopes, text);
        return JsonSerializer.Deserialize<JsonElement>(Assert.Single(text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    static LogEntry<string> Entry(string message, Exception? exception = null) =>
        new(LogLevel.Warning, "Broker.X", new(7, "Refused"), message, exception, static (state, _) => state);

    [Fact]
    public void A_line_names_its_trace_and_stays_one_line()
    {
        using var activity = new Activity("request").Start();
        var line = Line(Entry("first\nsecond \"quoted\"", new InvalidOperationException("why")), new LoggerExternalScopeProvider());
        Assert.Equal(activity.TraceId.ToString(), line.GetProperty("traceId").GetString());
        Assert.Equal(activity.SpanId.ToString(), line.GetProperty("spanId").GetString());
        Assert.Equal("2026-11-25T10:00:00.000Z", line.GetProperty("at").GetString());
        Assert.Equal(("Warning", "Broker.X", "Refused"), (line.GetProperty("level").GetString(), line.GetProperty("category").GetString(), line.GetProperty("event").GetString()));
        Assert.Equal("first\nsecond \"quoted\"", line.GetProperty("message").GetString());
        Assert.StartsWith("System.InvalidOperationException: why", line.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_path_of_a_request_which_its_scope_names_is_not_in_it()
    {
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(new KeyValuePair<string, object>[] { new("RequestPath", "/v1/credential-urls/cu_a_planted-marker") });
        Assert.DoesNotContain("planted-marker", Line(Entry("x"), scopes).GetRawText(), StringComparison.Ordinal);
    }
}
