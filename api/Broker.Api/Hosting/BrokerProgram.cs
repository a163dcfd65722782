namespace Broker.Api.Hosting;

/// <summary>What the programs have in common: how they end.</summary>
public static class BrokerProgram
{
    /// <summary>Exit code: it has not started, because of a setting or of what is around it. Standard error says what.</summary>
    public const int Refused = 2;

    /// <summary>
    /// An argument of a host: it reads its settings once. One that watches its working directory for changes is told of each
    /// write of a database below it.
    /// </summary>
    public const string ReadsSettingsOnce = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>Builds a host with the API, and runs it until it is told to stop.</summary>
    /// <param name="args">The program's arguments, which are settings.</param>
    /// <param name="add">What the host is besides.</param>
    /// <returns>The program's exit code.</returns>
    public static async Task<int> RunAsync(string[] args, Func<WebApplicationBuilder, WebApplicationBuilder> add)
    {
        try
        {
            var app = add(WebApplication.CreateBuilder([ReadsSettingsOnce, .. args])).Build();
            app.UseBrokerApi();
            await app.RunAsync();
            return 0;
        }
        // A broken setting or file of settings, or a port that is taken: the message says which.
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException or IOException)
        {
            await System.Console.Error.WriteLineAsync(e.Message);
            return Refused;
        }
    }
}
