using Broker.AlibabaCloud;
using Broker.AlibabaCloud.Sources;
using Broker.AlibabaCloud.Sts;
using Broker.Api.Settings;
using Broker.Grains.Audit;
using Broker.Grains.Budget;
using Broker.Grains.Roles;
using Broker.Silo.Hosting;
using Broker.Silo.Keys;
using Broker.Silo.Storage.Postgres;

namespace Broker.Silo;

/// <summary>What a silo reads of the configuration.</summary>
static class SiloSettings
{
    /// <summary>Everything, the API's included.</summary>
    public static SettingsSection[] All { get; } =
    [
        .. ApiSettings.OfApi,
        new("", typeof(SiloOptions)),
        new(PostgresOptions.Section, typeof(PostgresOptions)),
        new("", typeof(MasterKeyOptions)),
        new(IdentitySections.Default, typeof(IdentityOptions)),
        new(IdentitySections.Cloud, typeof(CloudOptions)),
        new("AlibabaCloud:Sts", typeof(StsOptions)),
        new("StsBudget", typeof(StsBudgetOptions)),
        new("Confirmation", typeof(ConfirmationOptions)),
        new("Audit", typeof(AuditRetentionOptions)),
    ];
}
