using Broker.Bench.Figures;

namespace Broker.Tests.Bench;

/// <summary>What wrk prints and what <c>/proc</c> has.</summary>
public class ReadingTests
{
    const string Report = """{"requests":20000,"microseconds":2000000,"refused":1,"broken":2,"p50":900,"p99":2500,"p999":4100}""";

    [Fact]
    public void The_report_is_found_in_all_that_wrk_prints()
    {
        var report = WrkReport.Parse($"Running 2s test @ http://127.0.0.1:1\n  1 threads and 32 connections\nRequests/sec: 1.00\n{Report}\n");
        Assert.Equal(new(20000, 2_000_000, 1, 2, 900, 2500, 4100), report);
        Assert.Equal((10_000, 3), (report.PerSecond, report.Errors));
    }

    [Theory]
    [InlineData("unable to connect to 127.0.0.1:1 Connection refused")]
    [InlineData("{\"requests\":20000}")]
    [InlineData("{\"requests\":")]
    public void What_is_no_report_is_quoted(string output) =>
        Assert.Contains(output, Assert.Throws<InvalidOperationException>(() => WrkReport.Parse(output)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("dotnet")]
    [InlineData("a (b) c) 1 2")]
    public void Processor_time_is_the_users_and_the_systems_whatever_the_program_is_called(string name) =>
        Assert.Equal(TimeSpan.FromSeconds(1.75), ProcessorTime.Parse($"4242 ({name}) S 1 4242 4242 0 -1 4194560 900 0 7 0 125 50 3 4 20 0 12 0 99 1000 10"));

    [Fact]
    public void Processor_time_of_this_process_grows_with_its_own() =>
        Assert.True(ProcessorTime.Of([Environment.ProcessId]) > TimeSpan.Zero);

    [Fact]
    public void The_processor_is_named_as_the_system_names_it()
    {
        Assert.Equal("Some CPU @ 2.5GHz: fast", Head.ModelOf(["processor : 0", "model name\t: Some CPU @ 2.5GHz: fast"]));
        Assert.NotEmpty(Head.ModelOf([]));
    }
}
