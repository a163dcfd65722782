using Broker.AlibabaCloud;

namespace Broker.Silo.Hosting;

/// <summary>The providers that are compiled in.</summary>
static class Clouds
{
    /// <summary>Makes the provider of this name, of STS's address and the time.</summary>
    /// <exception cref="InvalidOperationException">It is not compiled in.</exception>
    public static Func<Uri, TimeProvider, ICloud> MakerOf(CloudProvider provider) => provider switch
    {
        CloudProvider.Native => (sts, clock) => new NativeCloud(sts, Environment.GetEnvironmentVariable, clock),
#if ALIYUN_SDK
        CloudProvider.Sdk => (sts, clock) => new AlibabaCloud.Sdk.SdkCloud(sts, Environment.GetEnvironmentVariable, clock),
#endif
        _ => throw new InvalidOperationException("AlibabaCloud:Provider Sdk is not in this program: build it with -p:AliyunSdk=true."),
    };
}
