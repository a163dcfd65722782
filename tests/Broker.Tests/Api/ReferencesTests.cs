using System.Reflection;

namespace Broker.Tests.Api;

public class ReferencesTests
{
    [Fact]
    public void The_front_end_cannot_reach_a_cloud_key_a_signer_or_the_sealer()
    {
        var reached = new HashSet<string>();
        Walk(typeof(Broker.Api.BrokerApi).Assembly, reached);
        Assert.Equal(["Broker.Abstractions", "Broker.Api"], reached.Order());
    }

    static void Walk(Assembly assembly, HashSet<string> reached)
    {
        if (!reached.Add(assembly.GetName().Name!)) return;
        foreach (var reference in assembly.GetReferencedAssemblies().Where(r => r.Name!.StartsWith("Broker.", StringComparison.Ordinal)))
            Walk(Assembly.Load(reference), reached);
    }
}
