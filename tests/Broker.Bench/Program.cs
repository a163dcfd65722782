using Broker.Bench;
using Broker.Bench.Serving;
using Broker.Cluster;

if (args is ["serve", var name, .. var rest]) return await ServedProgram.RunAsync(name, rest);

BenchOptions options;
try { options = BenchOptions.Parse(args); }
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

using var signals = new Signals();
try { return await new Benchmark(options).RunAsync(signals.Stopping) ? 0 : 1; }
catch (Exception) when (signals.Stopping.IsCancellationRequested)
{
    Console.Error.WriteLine("It was stopped.");
    return 1;
}
catch (Exception e) when (e is InvalidOperationException or HttpRequestException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
