using Broker.Api;
using Broker.Api.Cluster;

var app = WebApplication.CreateBuilder(args).AddClusterClient().AddBrokerApi().Build();
app.UseBrokerApi();
await app.RunAsync();
