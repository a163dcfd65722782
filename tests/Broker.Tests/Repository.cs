namespace Broker.Tests;

static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find();

    static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Broker.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
