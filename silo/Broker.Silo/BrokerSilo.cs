using Broker.Api;
using Broker.Api.Auditing;
using Broker.Api.Cluster;
using Broker.Grains;
using Broker.Grains.Audit;
using Broker.Grains.Budget;
using Broker.Grains.Roles;
using Broker.Silo.Hosting;
using Microsoft.Extensions.Options;

namespace Broker.Silo;

/// <summary>A silo with the API in its process: all of the broker on one machine.</summary>
public static class BrokerSilo
{
    /// <summary>
    /// Adds it to a host. Everything that the configuration says is checked here or at start; a broken setting is an
    /// <see cref="InvalidOperationException"/> or an options validation error that names its key.
    /// </summary>
    public static WebApplicationBuilder AddBrokerSilo(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var options = configuration.Get<SiloOptions>() ?? new();
        var encrypted = builder.AddClusterTls(ClusterRole.Silo);
        if (options.BrokenRule(encrypted) is { } rule) throw new InvalidOperationException(rule);
        Directory.CreateDirectory(options.DataDirectory);

        // Both describe themselves at length; a configuration may ask for that again.
        configuration["Logging:LogLevel:Orleans"] ??= "Warning";
        configuration["Logging:LogLevel:Polly"] ??= "Warning";

        configuration["Audit:Writer"] ??= AuditOptions.DefaultWriter("silo");

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddBrokerGrains();
        builder.Services.AddSingleton<IValidateOptions<StsBudgetOptions>, StsBudgetValidation>();
        builder.Services.AddOptions<StsBudgetOptions>().Bind(configuration.GetSection("StsBudget")).ValidateOnStart();
        builder.Services.AddOptions<AuditRetentionOptions>().Bind(configuration.GetSection("Audit"))
            .Validate(o => o.RetentionDays is >= 1 and <= 3650, "Audit:RetentionDays must be 1 to 3650.")
            .ValidateOnStart();
        var confirmation = configuration.GetSection("Confirmation").Get<ConfirmationOptions>() ?? new();
        if (confirmation.BrokenRule() is { } confirmationRule) throw new InvalidOperationException(confirmationRule);
        builder.Services.AddSingleton(confirmation);
        builder.AddAlibabaCloud();
        builder.AddSealing(options);
        builder.AddOrleans(options, encrypted);
        builder.AddBrokerApi();
        builder.AddReadiness();
        return builder;
    }
}
