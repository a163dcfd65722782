using Broker.AlibabaCloud.Sources;
using Broker.AlibabaCloud.Sts;
using Broker.Api.Settings;

namespace Broker.Silo.Hosting;

static class AlibabaCloudHosting
{
    public static void AddAlibabaCloud(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.Read<StsOptions>("AlibabaCloud:Sts");
        if (options.BrokenRule(builder.Environment.IsProduction()) is { } rule) throw new InvalidOperationException(rule);
        var key = builder.Configuration.Read<AccessKeyOptions>("AlibabaCloud:Identity");
        var identity = new AccessKeyIdentity(key, Environment.GetEnvironmentVariable);
        builder.Services.AddSingleton<IStsClient>(services =>
            new StsClient(StsClient.CreateHttpClient(), options.Address, identity, services.GetRequiredService<TimeProvider>()));
    }
}
