namespace Broker.Silo.Hosting;

/// <summary>The configuration sections of the broker's own identities.</summary>
static class IdentitySections
{
    public const string Default = "AlibabaCloud:Identity", Others = "AlibabaCloud:Identities";

    public static string Of(string identity) => identity == AlibabaCloud.Sources.SourceIdentities.Default ? Default : $"{Others}:{identity}";
}
