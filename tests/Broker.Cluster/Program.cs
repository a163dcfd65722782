using Broker.Cluster;
using Broker.Quickstart;

using var signals = new Signals();
DataDirectory data;
CommandLine command;
try
{
    command = CommandLine.Parse(args);
    data = new(command.Data, "cluster");
}
catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

using var held = data;
try
{
    await new ClusterRun(command).RunAsync(signals.Stopping);
    return 0;
}
catch (Exception) when (signals.Stopping.IsCancellationRequested)
{
    Console.Error.WriteLine("It was stopped before it was ready.");
    return 1;
}
// Whatever it is, all has been stopped by now.
catch (Exception e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
