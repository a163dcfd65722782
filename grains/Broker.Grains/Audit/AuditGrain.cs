using Orleans.Placement;

namespace Broker.Grains.Audit;

/// <summary>One writer's chain. Its calls interleave, so that <see cref="AuditWriter"/> can commit them together. It lives where its writer does, so that no other silo takes it along.</summary>
[GrainType("audit"), PreferLocalPlacement]
sealed class AuditGrain(AuditChains chains, IAuditStore store, TimeProvider clock) : Grain, IAuditGrain
{
    AuditWriter _writer = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _writer = new(GrainKeys.Name(this.GetPrimaryKeyString()), chains, store);
        return Task.CompletedTask;
    }

    public Task Open(string session, CancellationToken cancellationToken) => _writer.CommitAsync(tail => tail.Open(session, clock.GetUtcNow()));

    public Task Append(string session, AuditBatch batch, CancellationToken cancellationToken) =>
        _writer.CommitAsync(tail => tail.Append(session, batch, clock.GetUtcNow()));

    public Task Close(string session, CancellationToken cancellationToken) => _writer.CommitAsync(tail => tail.Close(session));
}
