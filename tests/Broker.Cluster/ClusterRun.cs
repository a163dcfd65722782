using System.Security.Cryptography;
using Broker.Quickstart;

namespace Broker.Cluster;

/// <summary>One run of <c>tests/cluster</c>: PostgreSQL, the cluster, the demo tenant and <c>cluster.json</c>, until it is asked to stop.</summary>
sealed class ClusterRun(CommandLine command)
{
    readonly string _readyPath = Path.Combine(command.Data, "cluster.json");

    /// <exception cref="OperationCanceledException">It was asked to stop before it was ready.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        var readyFile = new ReadyFile<ReadyCluster>(_readyPath);
        var last = readyFile.Take();
        await using var postgres = new PostgresScript(Path.Combine(command.Data, "postgres"));
        var server = await postgres.StartAsync();
        await PostgresSetup.ApplyAsync(server, stopping);
        var settings = new ClusterSettings(
            command.Data, command.Silos, command.ApiTier, last?.AdminKey ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)),
            PostgresSetup.As(server, PostgresSetup.Database, PostgresSetup.User), PostgresSetup.As(server, PostgresSetup.Database, PostgresSetup.Owner));
        await using var cluster = await LocalCluster.StartAsync(settings, stopping);
        var ready = await DescribeAsync(cluster, settings, server, last?.ApiKey, stopping);
        readyFile.Write(ready);
        Print(ready);
        await WatchAsync(cluster, stopping);
    }

    static async Task<ReadyCluster> DescribeAsync(LocalCluster cluster, ClusterSettings settings, string server, string? lastKey, CancellationToken stopping)
    {
        using var client = new HttpClient { BaseAddress = cluster.Apis[0].Process.Api };
        var demo = new DemoTenant(client, settings.AdminKey);
        await demo.PutAsync(cluster.Emulator.Oss, stopping);
        return new(
            [.. cluster.Apis.Select(node => Text(node.Process.Api))],
            [.. cluster.Silos.Select(silo => new ReadySilo(silo.Process.Id, Text(silo.Process.Api), Text(silo.Process.Management)))],
            PostgresSetup.As(server, PostgresSetup.Database, "postgres"), Text(cluster.Emulator.Sts), Text(cluster.Emulator.Oss),
            settings.AdminKey, await demo.ApiKeyAsync(lastKey, stopping), DemoTenant.Tenant, DemoTenant.Role, DemoTenant.Bucket, DemoTenant.Region);
    }

    void Print(ReadyCluster ready) => Console.WriteLine($"""
        The cluster is ready.
          APIs        {string.Join("  ", ready.Apis)}
          silos       {string.Join("  ", ready.Silos.Select(silo => $"{silo.Pid} ({silo.Management})"))}
          PostgreSQL  {ready.Postgres}
          STS         {ready.Sts}   (emulated)
          OSS         {ready.Oss}   (emulated, bucket {ready.Bucket})
          keys        {_readyPath}
        Ctrl-C stops it; the next start finds its data again.
        """);

    /// <summary>Until it is asked to stop. A process that ends meanwhile is named; the others go on.</summary>
    static async Task WatchAsync(LocalCluster cluster, CancellationToken stopping)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stopping.Register(stop.SetResult);
        foreach (var node in cluster.Silos.Concat(cluster.ApiTier)) _ = NameEndAsync(node, stopping);
        await stop.Task;
    }

    static async Task NameEndAsync(ClusterNode node, CancellationToken stopping)
    {
        var process = node.Process;
        var code = await process.Ended;
        if (!stopping.IsCancellationRequested) Console.WriteLine($"{node.Name} (process {process.Id}) has ended with {code}; the others go on.");
    }

    static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
