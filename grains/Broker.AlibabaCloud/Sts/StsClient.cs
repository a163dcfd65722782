using Broker.AlibabaCloud.Sources;

namespace Broker.AlibabaCloud.Sts;

/// <summary>Calls STS as one identity.</summary>
/// <param name="sts">Makes the calls.</param>
/// <param name="identity">Whose key signs them.</param>
public sealed class StsClient(IStsExchange sts, ISourceIdentityProvider identity) : IStsClient
{
    /// <inheritdoc/>
    public async Task<AssumedRole> AssumeRoleAsync(AssumeRoleRequest request, CancellationToken cancellationToken)
    {
        var caller = await GetCallerAsync(cancellationToken);
        try { return await sts.AssumeRoleAsync(request, caller, cancellationToken); }
        catch (StsException e) when (e.Failure == StsFailure.IdentityRefused)
        {
            // Keys are rotated by putting another one in the place of the old.
            if (await FindOtherAsync(caller, cancellationToken) is not { } other) throw;
            return await sts.AssumeRoleAsync(request, other, cancellationToken);
        }
    }

    async Task<SourceIdentity?> FindOtherAsync(SourceIdentity refused, CancellationToken cancellationToken)
    {
        try { return await identity.ReplaceAsync(refused, cancellationToken); }
        // That the old one was refused says more.
        catch (SourceIdentityException) { return null; }
    }

    async Task<SourceIdentity> GetCallerAsync(CancellationToken cancellationToken)
    {
        try { return await identity.GetAsync(cancellationToken); }
        catch (SourceIdentityException e) { throw new StsException(StsFailure.IdentityRefused, "NoIdentity", e.Message); }
    }
}
