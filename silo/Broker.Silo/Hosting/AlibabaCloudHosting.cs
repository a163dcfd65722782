using Broker.AlibabaCloud;
using Broker.AlibabaCloud.Sources;
using Broker.AlibabaCloud.Sts;
using Broker.Api.Settings;
using Broker.Grains.Budget;

namespace Broker.Silo.Hosting;

static class AlibabaCloudHosting
{
    public static void AddAlibabaCloud(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.Read<StsOptions>("AlibabaCloud:Sts");
        if (options.BrokenRule(builder.Environment.IsProduction()) is { } rule) throw new InvalidOperationException(rule);
        string[] names = [SourceIdentities.Default, .. builder.Configuration.GetSection(IdentitySections.Others).GetChildren().Select(child => child.Key)];
        if (names.Distinct().Count() < names.Length) throw new InvalidOperationException($"{IdentitySections.Others}:{SourceIdentities.Default} is {IdentitySections.Default}: set that.");
        foreach (var name in names) DemandValid(name, builder.Configuration);
        if (builder.Configuration.Read<StsBudgetOptions>("StsBudget").Identities.Keys.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
            throw new InvalidOperationException($"StsBudget:Identities:{unknown} is of no identity: {IdentitySections.Of(unknown)} is not set.");
        var makeCloud = Clouds.MakerOf(builder.Configuration.Read<CloudOptions>(IdentitySections.Cloud).Provider);
        builder.Services.AddSingleton(services => makeCloud(options.Address, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(services =>
        {
            // Each reading of a key that the configuration holds is one of the configuration as it is then.
            var configuration = services.GetRequiredService<IConfiguration>();
            return new SourceIdentities(names, name => configuration.Read<IdentityOptions>(IdentitySections.Of(name)), IdentitySections.Of,
                services.GetRequiredService<ICloud>(), services.GetRequiredService<TimeProvider>());
        });
        builder.Services.AddSingleton(services => services.GetRequiredService<SourceIdentities>().Clients);
    }

    static void DemandValid(string name, IConfiguration configuration)
    {
        var section = IdentitySections.Of(name);
        if (!Names.IsValid(name)) throw new InvalidOperationException($"{section} must have {Names.Rule}.");
        if (configuration.Read<IdentityOptions>(section).BrokenRule(section) is { } rule) throw new InvalidOperationException(rule);
    }
}
