namespace Broker.Cluster;

/// <summary>What a cluster is made of. Prints no key.</summary>
/// <param name="Data">The directory of all that it keeps outside of PostgreSQL.</param>
/// <param name="Silos">How many silos.</param>
/// <param name="ApiTier">How many API processes; with none the silos' own API serves.</param>
/// <param name="AdminKey">The administrator's key.</param>
/// <param name="Postgres">The database, as the user that silos run as.</param>
/// <param name="PostgresOwner">The database, as the user that owns its schema.</param>
public sealed record ClusterSettings(string Data, int Silos, int ApiTier, string AdminKey, string Postgres, string PostgresOwner)
{
    /// <summary>What each silo is told besides, by its number from 1.</summary>
    public Func<int, IReadOnlyDictionary<string, string?>> OfSilo { get; init; } = _ => new Dictionary<string, string?>();

    /// <summary>The network namespace in which each silo runs, by its number from 1; null: this process's own.</summary>
    public Func<int, string?> NetworkOf { get; init; } = _ => null;

    /// <inheritdoc/>
    public override string ToString() => $"{Silos} silos and {ApiTier} API processes in {Data}";
}
