using Broker.Client;

namespace Broker.Credentials;

/// <summary>The command's settings, which are variables: arguments can be read by every user of a machine.</summary>
static class CommandOptions
{
    /// <summary>
    /// <c>BROKER_ADDRESS</c>, <c>BROKER_TENANT</c>, <c>BROKER_ROLE</c>, and <c>BROKER_KEY_FILE</c> or <c>BROKER_KEY</c>.
    /// </summary>
    public static BrokerClientOptions Read(Func<string, string?> environment) => new()
    {
        Address = Uri.TryCreate(environment("BROKER_ADDRESS"), UriKind.Absolute, out var address) ? address : null,
        Tenant = environment("BROKER_TENANT") ?? "",
        Role = environment("BROKER_ROLE") ?? "",
        ApiKeyFile = environment("BROKER_KEY_FILE"),
        ApiKey = environment("BROKER_KEY"),
    };
}
