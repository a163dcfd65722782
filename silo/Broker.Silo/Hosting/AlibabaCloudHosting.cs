using Broker.AlibabaCloud.Sources;
using Broker.AlibabaCloud.Sts;

namespace Broker.Silo.Hosting;

static class AlibabaCloudHosting
{
    public static void AddAlibabaCloud(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection("AlibabaCloud:Sts").Get<StsOptions>() ?? new();
        if (options.BrokenRule(builder.Environment.IsProduction()) is { } rule) throw new InvalidOperationException(rule);
        var key = builder.Configuration.GetSection("AlibabaCloud:Identity").Get<AccessKeyOptions>() ?? new();
        var identity = new AccessKeyIdentity(key, Environment.GetEnvironmentVariable);
        builder.Services.AddSingleton<IStsClient>(services =>
            new StsClient(StsClient.CreateHttpClient(), options.Address, identity, services.GetRequiredService<TimeProvider>()));
    }
}
