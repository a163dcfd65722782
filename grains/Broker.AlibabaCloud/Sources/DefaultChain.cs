namespace Broker.AlibabaCloud.Sources;

/// <summary>
/// The first of several sources that has a key. From then on it is that one: which account calls does not change because a source
/// fails once. Source: the vendor's SDKs try the same places in the same order.
/// </summary>
/// <param name="sources">In their order.</param>
sealed class DefaultChain(IReadOnlyList<IIdentitySource> sources) : IIdentitySource
{
    IIdentitySource? _first;

    public string Name => _first is { } first ? $"default/{first.Name}" : "default";

    public async Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken)
    {
        if (_first is { } known) return await known.ReadAsync(cancellationToken);
        var reasons = new List<string>();
        foreach (var source in sources)
            try
            {
                var identity = await source.ReadAsync(cancellationToken);
                _first = source;
                return identity;
            }
            catch (SourceIdentityException e) { reasons.Add($"{source.Name}: {e.Message}"); }
        throw new SourceIdentityException($"The broker has no key of its own. {string.Join(' ', reasons)}");
    }
}
