using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Broker.Api.Problems;
using Broker.Api.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Broker.Tests.Telemetry;

public sealed class FailureLogTests
{
    [Fact]
    public async Task The_trace_id_that_is_answered_to_a_defect_names_it_in_the_log()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var log = new Traces();
        var failure = new FailureMiddleware(_ => throw new NotSupportedException("a defect"), new(services.GetRequiredService<IMeterFactory>()), log);
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        await failure.InvokeAsync(context);
        context.Response.Body.Position = 0;
        var problem = await JsonSerializer.DeserializeAsync<JsonElement>(context.Response.Body);
        Assert.Equal(("internal_error", problem.GetProperty("traceId").GetString()), (problem.GetProperty("code").GetString(), Assert.Single(log.Ids)));
    }

    /// <summary>The traces in which something is logged.</summary>
    sealed class Traces : ILogger<FailureMiddleware>
    {
        public List<string?> Ids { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Ids.Add(Activity.Current?.TraceId.ToString());
    }
}
