using Broker.Emulator.Control;
using Broker.Emulator.Oss;
using Broker.Emulator.State;
using Broker.Emulator.Sts;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Broker.Emulator;

/// <summary>STS and OSS on loopback, strict as the real ones where their rules are known. Several may run in one process.</summary>
public sealed class EmulatorHost : IAsyncDisposable
{
    readonly WebApplication _sts, _oss;
    readonly World _world;

    EmulatorHost(WebApplication sts, WebApplication oss, World world) => (_sts, _oss, _world) = (sts, oss, world);

    /// <summary>STS's address.</summary>
    public Uri Sts => AddressOf(_sts);

    /// <summary>OSS's address.</summary>
    public Uri Oss => AddressOf(_oss);

    /// <summary>How often each operation was answered, and how often refused.</summary>
    public IReadOnlyDictionary<string, long> Stats => _world.Counters.All;

    /// <summary>The calls of AssumeRole that were answered with credentials.</summary>
    public long AssumeRoleCalls => _world.Counters["assumeRole"];

    /// <summary>The calls of AssumeRole that were refused.</summary>
    public long AssumeRoleRejections => _world.Counters["assumeRoleRejected"];

    /// <summary>The session of this key; null when none was granted.</summary>
    public Session? FindSession(string accessKeyId) => _world.Sessions.Find(accessKeyId);

    /// <summary>Every session that was granted and still lives.</summary>
    public IReadOnlyList<Session> Sessions => [.. _world.Sessions.All.Where(s => s.Expiration > _world.Now)];

    /// <summary>Sets a fault.</summary>
    public void Fail(Fault fault) => _world.Faults.Add(fault);

    /// <summary>Clears every fault.</summary>
    public void Heal() => _world.Faults.Clear();

    /// <summary>The last requests.</summary>
    public IReadOnlyList<LoggedRequest> Requests => _world.Requests.All;

    /// <summary>Told of each request when it is about to be answered; several at once.</summary>
    public event Action<LoggedRequest>? Answered
    {
        add => _world.Requests.Added += value;
        remove => _world.Requests.Added -= value;
    }

    /// <summary>A RAM user gets another AccessKey, and the old one is deleted.</summary>
    public void ReplaceAccessKey(string oldId, string id, string secret)
    {
        _world.AccessKeys[id] = secret;
        _world.AccessKeys.TryRemove(oldId, out _);
    }

    /// <summary>Sets how many calls of AssumeRole STS grants in a second; null: any number.</summary>
    public void LimitAssumeRole(int? perSecond) => _world.AssumeRoleRate.Limit(perSecond);

    /// <summary>Starts both servers.</summary>
    public static async Task<EmulatorHost> StartAsync(EmulatorOptions options, CancellationToken cancellationToken)
    {
        var world = new World(options);
        var sts = Build(options.StsPort, world, new StsServer(world).AnswerAsync);
        var oss = Build(options.OssPort, world, new OssServer(world).AnswerAsync);
        await sts.StartAsync(cancellationToken);
        await oss.StartAsync(cancellationToken);
        return new(sts, oss, world);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _sts.DisposeAsync();
        await _oss.DisposeAsync();
        _world.Dispose();
    }

    static WebApplication Build(int port, World world, RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, port);
        });
        builder.Logging.ClearProviders();
        // The host is one part of a process; it is not to take the process's signals for its own.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var app = builder.Build();
        app.UseRouting();
        ControlEndpoints.Map(app, world);
        app.MapFallback("{**path}", answer);
        return app;
    }

    static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());

    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
