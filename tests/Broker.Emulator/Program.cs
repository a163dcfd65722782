using Broker.Emulator;

// Runs the emulator alone: --data DIR --sts-port N --oss-port N --access-key ID:SECRET --bucket NAME:REGION
var settings = new ConfigurationBuilder().AddCommandLine(args).Build();
var key = (settings["access-key"] ?? "emulator:emulator-secret").Split(':', 2);
var bucket = (settings["bucket"] ?? "broker-demo:cn-hangzhou").Split(':', 2);
await using var emulator = await EmulatorHost.StartAsync(new()
{
    DataDirectory = settings["data"],
    StsPort = int.Parse(settings["sts-port"] ?? "0", System.Globalization.CultureInfo.InvariantCulture),
    OssPort = int.Parse(settings["oss-port"] ?? "0", System.Globalization.CultureInfo.InvariantCulture),
    AccessKeys = new Dictionary<string, string> { [key[0]] = key[1] },
    Buckets = new Dictionary<string, string> { [bucket[0]] = bucket[1] },
}, CancellationToken.None);
Console.WriteLine($"STS {emulator.Sts} OSS {emulator.Oss}");

var stop = new TaskCompletionSource();
using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGINT, Stop);
using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, Stop);
await stop.Task;

void Stop(System.Runtime.InteropServices.PosixSignalContext context)
{
    context.Cancel = true;
    stop.TrySetResult();
}
