using Broker.Api;
using Broker.Api.Cluster;
using Broker.Api.Hosting;

return await BrokerProgram.RunAsync(() => WebApplication.CreateBuilder(args).AddClusterClient().AddBrokerApi());
