using Broker.Api;
using Broker.Silo;
using Broker.Silo.Commands;

if (args is ["audit", "verify", .. var settings]) return await AuditVerify.RunAsync(settings, Console.Out, CancellationToken.None);
if (args is ["migrate", .. var given]) return await Migrate.RunAsync(given, Console.Out, CancellationToken.None);

var app = WebApplication.CreateBuilder(args).AddBrokerSilo().Build();
app.UseBrokerApi();
await app.RunAsync();
return 0;
