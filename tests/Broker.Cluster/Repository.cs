namespace Broker.Cluster;

/// <summary>Where the sources and what is built of them are.</summary>
public static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>A project's program, built in the configuration of the one that asks.</summary>
    /// <param name="project">The project's folder, from the root.</param>
    public static string Program(string project)
    {
        var configuration = AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";
        return Path.Combine(Root, project, "bin", configuration, "net10.0", $"{Path.GetFileName(project)}.dll");
    }

    static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Broker.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
