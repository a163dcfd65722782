using System.Security.Cryptography;
using Broker.Api;
using Broker.Api.Hosting;
using Broker.Emulator;
using Broker.Quickstart;
using Broker.Silo;

QuickstartOptions options;
try { options = QuickstartOptions.Parse(args); }
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

// Before anything of a running one is touched.
DataDirectory data;
try { data = new(options.Data, "quickstart"); }
catch (IOException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
using var _ = data;
var readyPath = Path.Combine(options.Data, "quickstart.json");
var readyFile = new ReadyFile<Ready>(readyPath);
var last = readyFile.Take();
var adminKey = last?.AdminKey ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
var (keyId, keySecret) = ("emulated-user", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)));

await using var emulator = await EmulatorHost.StartAsync(new()
{
    DataDirectory = Path.Combine(options.Data, "emulator"),
    StsPort = options.StsPort,
    OssPort = options.OssPort,
    AccessKeys = new Dictionary<string, string> { [keyId] = keySecret },
    Buckets = new Dictionary<string, string> { [DemoTenant.Bucket] = DemoTenant.Region },
}, CancellationToken.None);

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development, Args = [BrokerProgram.ReadsSettingsOnce] });
builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
{
    ["DataDirectory"] = options.Data,
    ["SiloPort"] = "0",
    ["GatewayPort"] = "0",
    ["Kestrel:Endpoints:Public:Url"] = $"http://127.0.0.1:{options.Port}",
    ["Management:Url"] = $"http://127.0.0.1:{options.ManagementPort}",
    // Nobody stands before it who would have to go elsewhere.
    ["DrainSeconds"] = "0",
    ["AdminKey"] = adminKey,
    ["AlibabaCloud:Sts:Endpoint"] = emulator.Sts.ToString(),
    ["AlibabaCloud:Identity:AccessKeyId"] = keyId,
    ["AlibabaCloud:Identity:AccessKeySecret"] = keySecret,
    ["Logging:LogLevel:Default"] = "Warning",
    ["Logging:LogLevel:Orleans"] = "Error",
});
await using var broker = builder.AddBrokerSilo().Build();
var page = new UploadPage();
page.Use(broker);
broker.UseBrokerApi();
await broker.StartAsync();

var listeners = broker.Services.GetRequiredService<Listeners>();
using var client = new HttpClient { BaseAddress = listeners.Public };
var demo = new DemoTenant(client, adminKey);
var stopping = broker.Lifetime.ApplicationStopping;
await demo.PutAsync(emulator.Oss, stopping);
var ready = new Ready(
    Text(listeners.Public), Text(listeners.Management), Text(emulator.Sts), Text(emulator.Oss), adminKey, DemoTenant.Tenant, DemoTenant.Role,
    await demo.ApiKeyAsync(last?.ApiKey, stopping), await demo.CredentialUrlAsync(last?.CredentialUrl, stopping),
    DemoTenant.Bucket, DemoTenant.Region, Environment.ProcessId);
page.Open(ready);
readyFile.Write(ready);

Console.WriteLine($"""
    Broker is ready.
      web page    {ready.Api}/
      API         {ready.Api}
      management  {ready.Management}   (/readyz, /metrics)
      STS         {ready.Sts}   (emulated)
      OSS         {ready.Oss}   (emulated, bucket {ready.Bucket})
      keys        {readyPath}
    Ctrl-C stops it; the next start finds its data again.
    """);
await broker.WaitForShutdownAsync();
return 0;

static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);
