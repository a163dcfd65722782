using System.Reflection;
using Xunit.Sdk;

namespace Broker.Tests.Storage;

/// <summary>A theory's data: whether it runs on PostgreSQL. On SQLite it always does, on PostgreSQL where there is a server, and in CI.</summary>
sealed class EachDatabaseAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        yield return [false];
        if (PostgresServer.IsThere || Environment.GetEnvironmentVariable("CI") == "true") yield return [true];
    }
}
