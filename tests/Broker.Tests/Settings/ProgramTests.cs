using Broker.Cluster;

namespace Broker.Tests.Settings;

/// <summary>What a program does with a setting that it refuses, seen from outside.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("silo/Broker.Silo", "SiloPort", "abc", "SiloPort must be a whole number.")]
    [InlineData("silo/Broker.Silo", "Postgres:ConectionString", "Host=db", "Postgres:ConectionString is no setting here. Is Postgres:ConnectionString meant?")]
    [InlineData("api/Broker.Api", "Management:Url", "nonsense", "Management:Url must be a whole URL, such as https://host.")]
    [InlineData("api/Broker.Api", "Orleans:Gateways:0", "silo:many", "Orleans:Gateways: 'silo:many' is no address:port or name:port.")]
    [InlineData("api/Broker.Api", "ClusterId", "My Cluster", "ClusterId must have ")]
    public async Task It_ends_with_2_and_one_line_that_names_the_key(string project, string key, string value, string message)
    {
        var log = Path.GetTempFileName();
        await using var process = BrokerProcess.Launch(project, [new(key, value)], log);
        Assert.Equal(2, await process.Ended);
        Assert.StartsWith(message, Assert.Single(await File.ReadAllLinesAsync(log)), StringComparison.Ordinal);
        File.Delete(log);
    }
}
