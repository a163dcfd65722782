namespace Broker.Api.Hosting;

/// <summary>What the programs have in common: how they end.</summary>
public static class BrokerProgram
{
    /// <summary>Exit code: it has not started, because of a setting or of what is around it. Standard error says what.</summary>
    public const int Refused = 2;

    /// <summary>Builds a host with the API, and runs it until it is told to stop.</summary>
    /// <returns>The program's exit code.</returns>
    public static async Task<int> RunAsync(Func<WebApplicationBuilder> build)
    {
        try
        {
            var app = build().Build();
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
