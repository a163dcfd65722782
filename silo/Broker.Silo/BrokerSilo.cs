using Broker.Api;
using Broker.Api.Auditing;
using Broker.Api.Cluster;
using Broker.Api.Settings;
using Broker.Grains;
using Broker.Grains.Audit;
using Broker.Grains.Budget;
using Broker.Grains.Roles;
using Broker.Silo.Hosting;

namespace Broker.Silo;

/// <summary>A silo with the API in its process: all of the broker on one machine.</summary>
public static class BrokerSilo
{
    /// <summary>
    /// Adds it to a host. Everything that the configuration says is checked here; a broken setting is an
    /// <see cref="InvalidOperationException"/> that names its key.
    /// </summary>
    public static WebApplicationBuilder AddBrokerSilo(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        configuration.AddSecretFiles().Demand(SiloSettings.All);
        var options = configuration.Read<SiloOptions>();
        var encrypted = builder.AddClusterTls(ClusterRole.Silo);
        if (options.BrokenRule(encrypted) is { } rule) throw new InvalidOperationException(rule);
        MakeDirectory(options.DataDirectory);

        // Both describe themselves at length; a configuration may ask for that again.
        configuration["Logging:LogLevel:Orleans"] ??= "Warning";
        configuration["Logging:LogLevel:Polly"] ??= "Warning";

        configuration["Audit:Writer"] ??= AuditOptions.DefaultWriter("silo");

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddBrokerGrains();
        builder.AddGrainOptions();
        builder.AddAlibabaCloud();
        builder.AddSealing(options);
        builder.AddOrleans(options, encrypted);
        builder.AddBrokerApi();
        builder.AddReadiness();
        return builder;
    }

    static void AddGrainOptions(this WebApplicationBuilder builder)
    {
        var budget = builder.Configuration.Read<StsBudgetOptions>("StsBudget");
        var retention = builder.Configuration.Read<AuditRetentionOptions>("Audit");
        var confirmation = builder.Configuration.Read<ConfirmationOptions>("Confirmation");
        if ((budget.BrokenRule() ?? retention.BrokenRule() ?? confirmation.BrokenRule()) is { } rule) throw new InvalidOperationException(rule);
        builder.Services.AddSingleton(budget).AddSingleton(retention).AddSingleton(confirmation);
    }

    static void MakeDirectory(string directory)
    {
        try { Directory.CreateDirectory(directory); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidOperationException($"DataDirectory '{directory}' cannot be made: {e.GetType().Name}.");
        }
    }
}
