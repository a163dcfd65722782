using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Broker.Benchmarks;

// In this process, because a project made on the way would be built by this repository's rules. Such as `--filter '*Url*'` says which.
var configuration = DefaultConfig.Instance
    .WithOptions(ConfigOptions.JoinSummary)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(SignedUrls).Assembly).Run(args.Length > 0 ? args : ["--filter", "*"], configuration);
