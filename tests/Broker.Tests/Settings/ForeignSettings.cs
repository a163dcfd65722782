namespace Broker.Tests.Settings;

/// <summary>Settings that libraries read, and what they are here for. They have no options of ours.</summary>
static class ForeignSettings
{
    public static (string Key, string Meaning)[] All { get; } =
    [
        ("`ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET`, `ALIBABA_CLOUD_SECURITY_TOKEN`",
            "The broker's own key, as Alibaba Cloud's SDKs take it from the environment. The first place of the default chain. Silos only."),
        ("`ALIBABA_CLOUD_ROLE_ARN`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`, `ALIBABA_CLOUD_OIDC_TOKEN_FILE`, `ALIBABA_CLOUD_ROLE_SESSION_NAME`",
            "The second: a RAM role for a Kubernetes service account (RRSA). The session's name is `broker` where none is given."),
        ("`ALIBABA_CLOUD_PROFILE`, `ALIBABA_CLOUD_CLI_PROFILE_DISABLED`", "The third: which profile of `~/.aliyun/config.json`; `true` leaves the file out."),
        ("`ALIBABA_CLOUD_CREDENTIALS_FILE`", "The fourth: the file in the place of `~/.alibabacloud/credentials`; its section is `ALIBABA_CLOUD_PROFILE`, else `default`."),
        ("`ALIBABA_CLOUD_ECS_METADATA`, `ALIBABA_CLOUD_ECS_METADATA_DISABLED`, `ALIBABA_CLOUD_IMDSV1_DISABLED`",
            "The fifth: the name of the ECS instance's RAM role, which else is asked for; `true` leaves the metadata service out, or its version 1."),
        ("`ALIBABA_CLOUD_CREDENTIALS_URI`", "The last: an address that answers a key."),
        ("`DOTNET_ENVIRONMENT`", "`Production` (default) or `Development`. Production refuses what would be unsafe: no master key, no TLS between the cluster's processes, plain http to the world."),
        ("`DOTNET_EnableDiagnostics`", "`0` closes the runtime's diagnostics port, to which debuggers and profilers of the same user connect. Open by default."),
        ("`ASPNETCORE_HTTP_PORTS`", "Overridden by the two listeners. Empty in the container, so that no warning says so."),
        ("`Kestrel:Endpoints:Public:Certificate:Path`, `Kestrel:Endpoints:Public:Certificate:KeyPath`", "The certificate of the public listener and its key, PEM files, where `Kestrel:Endpoints:Public:Url` is https. [Kestrel's documentation](https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints) has the rest."),
        ("`Logging:LogLevel:Default`, `Logging:LogLevel:{name}`", "`Trace`, `Debug`, `Information` (default), `Warning`, `Error`, `Critical` or `None`, of everything or of one category. Orleans and Polly are at `Warning` unless told otherwise; ASP.NET Core never tells what is below `Warning`, nor which requests begin and end, because it names URLs."),
        ("`Logging:Console:FormatterName`", "`simple` (default), `json` (one object a line, for collectors) or `systemd`."),
        ("`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`, `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`", "Where metrics and traces go by OTLP, besides `/metrics`. Without any of them, nowhere."),
        ("`OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_EXPORTER_OTLP_PROTOCOL`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_SERVICE_NAME`, `OTEL_TRACES_SAMPLER` and the other `OTEL_*`", "As the OpenTelemetry SDK for .NET takes them."),
    ];
}
