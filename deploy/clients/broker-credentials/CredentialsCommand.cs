using Broker.Client;

namespace Broker.Credentials;

/// <summary>
/// <c>broker-credentials [cli|oss]</c>: prints a role's credentials for a program that runs another one to get them. Asks the broker
/// only when those that it has on disk are due.
/// </summary>
static class CredentialsCommand
{
    /// <summary>Exit codes: printed; the broker says no; the settings are broken; the broker is away and there is nothing on disk; the disk is not safe.</summary>
    public const int Printed = 0, Refused = 1, Misused = 2, Away = 3, Unsafe = 4;

    /// <param name="arguments">The form: <c>cli</c> (default), as the aliyun CLI and Alibaba Cloud's SDKs read it; <c>oss</c>, as the OSS SDK for Go 2 does.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="output">The document, and nothing else.</param>
    /// <param name="errors">One line, where there is none.</param>
    /// <param name="clock">The time.</param>
    public static async Task<int> RunAsync(string[] arguments, Func<string, string?> environment, TextWriter output, TextWriter errors, TimeProvider clock)
    {
        try
        {
            if (arguments is not ([] or ["cli"] or ["oss"])) return await FailAsync(errors, Misused, "usage: broker-credentials [cli|oss]");
            var options = CommandOptions.Read(environment);
            if (options.BrokenRule() is { } rule) return await FailAsync(errors, Misused, rule);
            var credentials = await FindAsync(options, CredentialCacheFile.Open(environment, options), clock);
            await output.WriteLineAsync(arguments is ["oss"] ? Documents.Oss(credentials) : Documents.Cli(credentials));
            return Printed;
        }
        catch (UnsafeCacheException e) { return await FailAsync(errors, Unsafe, e.Message); }
        catch (BrokerProblemException e) { return await FailAsync(errors, CodeOf(e), $"{e.Message} ({e.Code}{(e.TraceId is null ? "" : $", trace {e.TraceId}")})"); }
    }

    static int CodeOf(BrokerProblemException problem) => problem switch
    {
        { Code: BrokerProblemException.NoKey } => Misused,
        { IsTransient: true } => Away,
        _ => Refused,
    };

    static async Task<RoleCredentials> FindAsync(BrokerClientOptions options, CredentialCacheFile cache, TimeProvider clock)
    {
        var kept = await cache.ReadAsync();
        if (kept is not null && !kept.IsDue(clock.GetUtcNow())) return kept;
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            var fresh = await new BrokerClient(http, options, clock).GetCredentialsAsync();
            await cache.WriteAsync(fresh);
            return fresh;
        }
        catch (BrokerProblemException e) when (e.IsTransient && kept?.IsUsable(clock.GetUtcNow()) == true) { return kept; }
        catch (BrokerProblemException e) when (!e.IsTransient)
        {
            cache.Delete();
            throw;
        }
    }

    static async Task<int> FailAsync(TextWriter errors, int code, string message)
    {
        await errors.WriteLineAsync($"broker-credentials: {message.ReplaceLineEndings(" ")}");
        return code;
    }
}
