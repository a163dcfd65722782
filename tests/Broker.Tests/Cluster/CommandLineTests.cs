using Broker.Cluster;

namespace Broker.Tests.Cluster;

public sealed class CommandLineTests
{
    [Fact]
    public void It_takes_silos_a_directory_and_an_API_tier() =>
        Assert.Equal(new CommandLine(3, Path.GetFullPath("data"), 2), CommandLine.Parse(["--silos", "3", "--data", "data", "--api-tier", "2"]));

    [Theory]
    [InlineData("--silos is missing", "--data", "x")]
    [InlineData("--data is missing", "--silos", "1")]
    [InlineData("--data needs a value", "--silos", "1", "--data")]
    [InlineData("--silos must be 1 to 9: '0'", "--silos", "0", "--data", "x")]
    [InlineData("--silos must be 1 to 9: '10'", "--silos", "10", "--data", "x")]
    [InlineData("--api-tier must be 0 to 9: 'two'", "--silos", "1", "--data", "x", "--api-tier", "two")]
    [InlineData("--fast is no option", "--fast", "1")]
    [InlineData("usage:", "--help")]
    public void It_names_what_is_wrong(string message, params string[] args) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => CommandLine.Parse(args)).Message, StringComparison.Ordinal);
}
