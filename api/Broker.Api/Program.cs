using Broker.Api;
using Broker.Api.Cluster;
using Broker.Api.Hosting;

if (args is ["ready", .. var settings]) return await ReadyCommand.RunAsync(settings);
return await BrokerProgram.RunAsync(args, static builder => builder.AddClusterClient().AddBrokerApi());
