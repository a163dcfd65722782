using Broker.Api.Hosting;
using Broker.Silo;
using Broker.Silo.Commands;
using Broker.Silo.Commands.Checks;

if (args is ["audit", "verify", .. var settings]) return await AuditVerify.RunAsync(settings, Console.Out, CancellationToken.None);
if (args is ["check", .. var asked]) return await Check.RunAsync(asked, Console.Out, TimeProvider.System, CancellationToken.None);
if (args is ["ready", .. var same]) return await ReadyCommand.RunAsync(same);
if (args is ["migrate", .. var given]) return await Migrate.RunAsync(given, Console.Out, CancellationToken.None);
if (args is ["reseal", .. var stored]) return await Reseal.RunAsync(stored, Console.Out, CancellationToken.None);
if (args is [var word, ..] && !word.StartsWith('-') && !word.Contains('='))
{
    Console.Error.WriteLine($"'{word}' is no command. Commands: audit verify, check, migrate, ready, reseal; none: a silo.");
    return BrokerProgram.Refused;
}
return await BrokerProgram.RunAsync(args, static builder => builder.AddBrokerSilo());
