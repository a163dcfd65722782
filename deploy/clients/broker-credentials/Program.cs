using Broker.Client;
using Broker.Credentials;

return await CredentialsCommand.RunAsync(args, Environment.GetEnvironmentVariable, Console.Out, Console.Error, TimeProvider.System);
