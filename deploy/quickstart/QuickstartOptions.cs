namespace Broker.Quickstart;

/// <summary>The command line: <c>[--data DIR] [--port N] [--management-port N] [--sts-port N] [--oss-port N]</c>; port 0 is any free one.</summary>
sealed record QuickstartOptions(string Data, int Port, int ManagementPort, int StsPort, int OssPort)
{
    const string Usage = "usage: dotnet run --project deploy/quickstart -c Release -- [--data DIR] [--port N] [--management-port N] [--sts-port N] [--oss-port N]";

    static readonly QuickstartOptions Defaults = new(".broker", 8080, 8081, 8082, 8083);

    /// <exception cref="ArgumentException">An option is unknown or its value is none. The message names it.</exception>
    public static QuickstartOptions Parse(string[] args)
    {
        if (args is ["--help" or "-h"]) throw new ArgumentException(Usage);
        var options = Defaults;
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} needs a value.\n{Usage}");
            options = args[i] switch
            {
                "--data" => options with { Data = value },
                "--port" => options with { Port = ReadPort(args[i], value) },
                "--management-port" => options with { ManagementPort = ReadPort(args[i], value) },
                "--sts-port" => options with { StsPort = ReadPort(args[i], value) },
                "--oss-port" => options with { OssPort = ReadPort(args[i], value) },
                _ => throw new ArgumentException($"{args[i]} is no option.\n{Usage}"),
            };
        }
        return options with { Data = Path.GetFullPath(options.Data) };
    }

    static int ReadPort(string option, string value) =>
        ushort.TryParse(value, out var port) ? port : throw new ArgumentException($"{option} must be a port, 0 to 65535: '{value}'.\n{Usage}");
}
