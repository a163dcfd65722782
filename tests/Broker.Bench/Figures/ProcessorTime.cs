using System.Globalization;

namespace Broker.Bench.Figures;

/// <summary>The processor time that a process has used, in its own code and in the system's.</summary>
static class ProcessorTime
{
    // USER_HZ: the unit of /proc, 100 on every Linux that .NET runs on, whatever the kernel's own tick is.
    const int TicksPerSecond = 100;

    /// <summary>Of all these processes together, their threads included.</summary>
    public static TimeSpan Of(IEnumerable<int> processes) =>
        processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + Parse(File.ReadAllText($"/proc/{process}/stat")));

    /// <summary>The fields <c>utime</c> and <c>stime</c> of <c>/proc/PID/stat</c>.</summary>
    public static TimeSpan Parse(string stat)
    {
        // The second field is the program's name in brackets, which may have spaces and brackets itself.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((Ticks(fields[11]) + Ticks(fields[12])) / (double)TicksPerSecond);
    }

    static long Ticks(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
