using Broker.Api;
using Broker.Silo;
using Broker.Silo.Commands;
using Microsoft.Extensions.Options;

if (args is ["audit", "verify", .. var settings]) return await AuditVerify.RunAsync(settings, Console.Out, CancellationToken.None);
if (args is ["migrate", .. var given]) return await Migrate.RunAsync(given, Console.Out, CancellationToken.None);
if (args is [var word, ..] && !word.StartsWith('-') && !word.Contains('='))
{
    Console.Error.WriteLine($"'{word}' is no command. Commands: audit verify, migrate; none: a silo.");
    return 2;
}

try
{
    var app = WebApplication.CreateBuilder(args).AddBrokerSilo().Build();
    app.UseBrokerApi();
    await app.RunAsync();
    return 0;
}
// A broken setting, or a port that is taken: the message says which.
catch (Exception e) when (e is InvalidOperationException or OptionsValidationException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
