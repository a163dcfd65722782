namespace Broker.Tests.Storage;

/// <summary>A test that needs PostgreSQL: skipped where there is none, but not by CI, where it fails.</summary>
sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (!PostgresServer.IsThere && Environment.GetEnvironmentVariable("CI") != "true") Skip = $"{PostgresServer.Variable} is not set: tests/run sets it.";
    }
}
