using Broker.Api.Cluster;
using Broker.Api.Settings;
using Broker.Grains.Sealing;
using Broker.Silo.Keys;

namespace Broker.Silo.Hosting;

static class SealingHosting
{
    public static void AddSealing(this WebApplicationBuilder builder, SiloOptions silo)
    {
        var options = builder.Configuration.Read<MasterKeyOptions>();
        var keys = MasterKeys.Load(options, silo.DataDirectory, builder.Environment.IsProduction());
        builder.Services.AddSingleton(new CredentialSealer(keys, ClusterHosting.ServiceId));
    }
}
