using System.Net;
using Broker.Api;
using Broker.Api.Hosting;
using Orleans.Configuration;

var builder = WebApplication.CreateBuilder(args);
// The silos' gateways, as host:port of each.
var gateways = builder.Configuration.GetSection("Orleans:Gateways").Get<string[]>() ?? ["127.0.0.1:30000"];
if (gateways.FirstOrDefault(g => !IPEndPoint.TryParse(g, out _)) is { } broken)
    throw new InvalidOperationException($"Orleans:Gateways: '{broken}' is no address:port.");
var connected = new GatewayCheck();
builder.Services.AddHealthChecks().AddCheck("gateways", connected);
builder.UseOrleansClient(client => client
    .UseStaticClustering([.. gateways.Select(IPEndPoint.Parse)])
    .AddGatewayCountChangedHandler((_, change) => connected.Count(change.NumberOfConnectedGateways))
    .AddActivityPropagation()
    .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (builder.Configuration["ClusterId"] ?? "broker", "broker")));
builder.AddBrokerApi();

var app = builder.Build();
app.UseBrokerApi();
await app.RunAsync();
