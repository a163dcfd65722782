namespace Broker.Silo.Hosting;

/// <summary>The configuration sections of the broker's own identities.</summary>
static class IdentitySections
{
    public const string Cloud = "AlibabaCloud", Default = $"{Cloud}:Identity", Others = $"{Cloud}:Identities";

    public static string Of(string identity) => identity == AlibabaCloud.Sources.SourceIdentities.Default ? Default : $"{Others}:{identity}";
}
