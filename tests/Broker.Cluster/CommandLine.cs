namespace Broker.Cluster;

/// <summary>The command line: <c>--silos N --data DIR [--api-tier M]</c>.</summary>
sealed record CommandLine(int Silos, string Data, int ApiTier)
{
    const string Usage = "usage: tests/cluster --silos N --data DIR [--api-tier M]";

    /// <exception cref="ArgumentException">An option is unknown or missing, or its value is none. The message names it.</exception>
    public static CommandLine Parse(string[] args)
    {
        if (args is ["--help" or "-h"]) throw new ArgumentException(Usage);
        var given = new CommandLine(0, "", 0);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} needs a value.\n{Usage}");
            given = args[i] switch
            {
                "--silos" => given with { Silos = Count(args[i], value, 1) },
                "--data" => given with { Data = value },
                "--api-tier" => given with { ApiTier = Count(args[i], value, 0) },
                _ => throw new ArgumentException($"{args[i]} is no option.\n{Usage}"),
            };
        }
        if (given.Silos == 0) throw new ArgumentException($"--silos is missing.\n{Usage}");
        if (given.Data.Length == 0) throw new ArgumentException($"--data is missing.\n{Usage}");
        return given with { Data = Path.GetFullPath(given.Data) };
    }

    static int Count(string option, string value, int fewest) =>
        value is [var digit] && char.IsAsciiDigit(digit) && digit - '0' >= fewest ? digit - '0' : throw new ArgumentException($"{option} must be {fewest} to 9: '{value}'.\n{Usage}");
}
