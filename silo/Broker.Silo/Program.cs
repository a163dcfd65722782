using Broker.Api;
using Broker.Silo;

var app = WebApplication.CreateBuilder(args).AddBrokerSilo().Build();
app.UseBrokerApi();
await app.RunAsync();
