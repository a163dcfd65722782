using System.Diagnostics;
using Broker.Cluster;
using Broker.Tests.Cluster;
using Broker.Tests.EndToEnd;
using Broker.Tests.Storage;

namespace Broker.Tests.Settings;

/// <summary>What the container file publishes runs: <c>deploy/container/rehearse</c>.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class RehearsalTests
{
    [LongFact("BROKER_REHEARSAL")]
    public async Task The_published_programs_migrate_become_ready_and_stop()
    {
        var database = await PostgresServer.CreateAsync();
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "deploy", "container", "rehearse")) { RedirectStandardOutput = true };
        start.Environment["BROKER_TEST_POSTGRES"] = database.AsOwner;
        using var rehearsal = Process.Start(start)!;
        var output = await rehearsal.StandardOutput.ReadToEndAsync();
        await rehearsal.WaitForExitAsync();
        Assert.True(rehearsal.ExitCode == 0, output);
        Assert.Equal(["Both programs are published.", "The schema is up to date.", "The silo is ready.", "The silo has stopped."], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
