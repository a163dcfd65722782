using Broker.AlibabaCloud;
using Broker.Silo.Hosting;

namespace Broker.Tests.AlibabaCloud.Conformance;

/// <summary>The providers that are compiled in: what holds for one holds for each.</summary>
static class Providers
{
    public static CloudProvider[] CompiledIn { get; } = [.. Enum.GetValues<CloudProvider>().Where(IsCompiledIn)];

    public static TheoryData<CloudProvider> All => [.. CompiledIn];

    /// <summary>One of them, with this STS.</summary>
    public static ICloud Open(CloudProvider provider, Uri? sts = null, TimeProvider? clock = null) =>
        Clouds.MakerOf(provider)(sts ?? new("http://127.0.0.1:1"), clock ?? TimeProvider.System);

    static bool IsCompiledIn(CloudProvider provider)
    {
        try { Clouds.MakerOf(provider); }
        catch (InvalidOperationException) { return false; }
        return true;
    }
}
