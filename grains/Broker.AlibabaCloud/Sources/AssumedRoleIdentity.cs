using Broker.AlibabaCloud.Sts;

namespace Broker.AlibabaCloud.Sources;

/// <summary>A session of a RAM role that another key assumes: a link of a chain.</summary>
/// <param name="source">Whose key assumes it.</param>
/// <param name="request">The role.</param>
/// <param name="sts">Calls STS.</param>
sealed class AssumedRoleIdentity(IIdentitySource source, AssumeRoleRequest request, IStsExchange sts) : IIdentitySource
{
    public string Name => $"ram_role_arn/{source.Name}";

    public async Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken)
    {
        var caller = await source.ReadAsync(cancellationToken);
        return await StsSessions.ReadAsync($"AssumeRole for {request.RoleArn}", sts.AssumeRoleAsync(request, caller, cancellationToken));
    }
}
