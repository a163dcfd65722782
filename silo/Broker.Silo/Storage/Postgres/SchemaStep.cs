namespace Broker.Silo.Storage.Postgres;

/// <summary>One step of the schema.</summary>
/// <param name="Name">Its file's name; steps are applied in the order of their names.</param>
/// <param name="Sql">What it does.</param>
sealed record SchemaStep(string Name, string Sql)
{
    const string Folder = "postgres/";

    /// <summary>The steps that this silo knows: <c>deploy/postgres</c>.</summary>
    public static IReadOnlyList<SchemaStep> All { get; } =
        [.. typeof(SchemaStep).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read)];

    static SchemaStep Read(string resource)
    {
        using var reader = new StreamReader(typeof(SchemaStep).Assembly.GetManifestResourceStream(resource)!);
        return new(resource[Folder.Length..], reader.ReadToEnd());
    }
}
