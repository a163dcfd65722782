using Broker.Grains.Storage;

namespace Broker.Grains.Roles;

/// <summary>One version of a role's settings.</summary>
[GenerateSerializer, Immutable, Alias("Broker.RoleVersion")]
sealed record RoleVersion([property: Id(0)] long Version, [property: Id(1)] DateTimeOffset UpdatedAt, [property: Id(2)] RoleDefinition Definition);

/// <summary>The stored versions of a role; the row's name is <see cref="Name"/>.</summary>
[GenerateSerializer, Alias("Broker.RoleHistoryState")]
sealed record RoleHistoryState
{
    public const string Name = "role-history-v1";

    /// <summary>By version, ascending; as many as are kept and one to come, which may never be made.</summary>
    [Id(0)] public RoleVersion[] Versions { get; init; } = [];
}

/// <summary>A role's earlier versions, apart from the role itself, so that only who looks back reads them; its key is the role's.</summary>
[Alias("Broker.IRoleHistoryGrain")]
interface IRoleHistoryGrain : IGrainWithStringKey
{
    /// <summary>
    /// Enters a version before it is made. It counts only once the role itself has reached it: a crash in between, or a
    /// writer that lost, leaves an entry that the next one replaces. One that is further behind enters nothing.
    /// </summary>
    /// <param name="present">The version that stands; null: none does.</param>
    /// <param name="next">The version to come.</param>
    [Alias("Enter")]
    Task Enter(RoleVersion? present, RoleVersion next);

    /// <summary>The versions below this one that are kept beside it, by version, ascending.</summary>
    [Alias("Before")]
    Task<RoleVersion[]> Before(long version);

    /// <summary>Forgets them all.</summary>
    [Alias("Clear")]
    Task Clear();
}

// Asked at a change, and hardly again.
[GrainType("role-history"), CollectionAgeLimit(Minutes = 2)]
sealed class RoleHistoryGrain([PersistentState(RoleHistoryState.Name, GuardedGrainStorage.Name)] IPersistentState<RoleHistoryState> state) : Grain, IRoleHistoryGrain
{
    public Task Enter(RoleVersion? present, RoleVersion next)
    {
        // Two versions behind: the role's own row refuses this writer, and what it enters would replace versions that were made.
        if (state.State.Versions is [.., var last] && last.Version > next.Version) return Task.CompletedTask;
        var stands = present?.Version ?? 0;
        IEnumerable<RoleVersion> versions = state.State.Versions.Where(v => v.Version < stands);
        if (present is not null) versions = versions.Append(present);
        return state.SaveAsync(new() { Versions = [.. versions.TakeLast(RoleRules.KeptVersions), next] });
    }

    public Task<RoleVersion[]> Before(long version) => Task.FromResult(state.State.Versions.Where(v => v.Version < version).TakeLast(RoleRules.KeptVersions - 1).ToArray());

    public Task Clear() => state.State.Versions.Length == 0 ? Task.CompletedTask : state.SaveAsync(new());
}
