using Broker.Api.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Broker.Tests.EndToEnd;

/// <summary>However loud the log is set, it names no request of the framework.</summary>
public sealed class FrameworkLogTests
{
    const string Marker = "planted-marker";

    static readonly string Provider = typeof(CapturedLog).FullName!;

    [Theory]
    [InlineData("LogLevel:Microsoft.AspNetCore")]
    [InlineData("LogLevel:Microsoft.AspNetCore.Routing")]
    [InlineData($"LogLevel:{FrameworkLog.Requests}")]
    [InlineData("LogLevel:*.Matching.DfaMatcher")]
    [InlineData("LogLevel:Microsoft.*")]
    [InlineData("{0}:LogLevel:Default")]
    [InlineData("{0}:LogLevel:*")]
    [InlineData("{0}:LogLevel:Microsoft.AspNetCore.Routing.Matching.DfaMatcher")]
    public async Task No_setting_makes_it_name_a_credential_URL(string setting)
    {
        await using var broker = await TestBroker.StartAsync(settings: new() { [$"Logging:{setting.Replace("{0}", Provider, StringComparison.Ordinal)}"] = "Trace" });
        Assert.Equal(404, (await broker.GetAsync($"/v1/credential-urls/cu_abc_{Marker}", key: null)).Status);
        Assert.DoesNotContain(broker.Log.Lines, line => line.Contains(Marker, StringComparison.Ordinal));
        var log = broker.Services.GetRequiredService<ILoggerFactory>();
        Assert.False(log.CreateLogger(FrameworkLog.Requests).IsEnabled(LogLevel.Critical));
        Assert.False(log.CreateLogger("Microsoft.AspNetCore.Routing.Matching.DfaMatcher").IsEnabled(LogLevel.Information));
    }

    [Fact]
    public async Task What_is_set_for_others_counts()
    {
        await using var broker = await TestBroker.StartAsync(settings: new() { [$"Logging:{Provider}:LogLevel:Default"] = "Debug", [$"Logging:{Provider}:LogLevel:Broker.Quiet"] = "None" });
        Say("Broker", LogLevel.Debug, "heard");
        Say("Broker", LogLevel.Trace, "below");
        Say("Broker.Quiet", LogLevel.Critical, "silenced");
        Assert.Equal(["heard"], broker.Log.Lines.SelectMany(line => line.Split(' ')).Where(word => word is "heard" or "below" or "silenced"));
        void Say(string category, LogLevel level, string text) =>
            broker.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category).Log(level, default, text, null, static (state, _) => state);
    }

    [Fact]
    public async Task What_is_set_quieter_stays_so()
    {
        await using var broker = await TestBroker.StartAsync(settings: new() { ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel"] = "Error" });
        var log = broker.Services.GetRequiredService<ILoggerFactory>();
        Assert.Equal((false, true, true), (IsWarned("Microsoft.AspNetCore.Server.Kestrel"), IsWarned("Microsoft.AspNetCore.Routing"), IsWarned("Broker")));
        bool IsWarned(string category) => log.CreateLogger(category).IsEnabled(LogLevel.Warning);
    }
}
