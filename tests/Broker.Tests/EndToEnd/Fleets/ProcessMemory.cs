using System.Globalization;
using Broker.Cluster;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>How much memory the processes of a cluster have had (resident, MB), by node, in the order of the looks.</summary>
sealed class ProcessMemory(IReadOnlyList<ClusterNode> nodes)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    readonly Dictionary<string, List<double>> _looks = nodes.ToDictionary(node => node.Name, _ => new List<double>());

    /// <summary>Looks at intervals until the task has ended.</summary>
    public async Task WatchAsync(Task end)
    {
        while (!end.IsCompleted)
        {
            foreach (var node in nodes)
                if (Resident(node.Process.Id) is { } megabytes) _looks[node.Name].Add(megabytes);
            await Task.WhenAny(end, Task.Delay(Interval, TimeProvider.System));
        }
    }

    /// <summary>The median of one of the four quarters of the time.</summary>
    /// <param name="node">Whose.</param>
    /// <param name="quarter">1 to 4.</param>
    public double MedianOf(ClusterNode node, int quarter)
    {
        var looks = _looks[node.Name];
        var length = looks.Count / 4;
        return looks.Skip((quarter - 1) * length).Take(length).Order().ElementAt(length / 2);
    }

    /// <summary>Null: it has ended.</summary>
    static double? Resident(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return line is null ? null : int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024.0;
        }
        catch (IOException) { return null; }
    }
}
