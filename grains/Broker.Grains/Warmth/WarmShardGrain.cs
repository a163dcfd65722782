using Broker.Grains.Storage;
using Microsoft.Extensions.Logging;

namespace Broker.Grains.Warmth;

/// <summary>The stored roles of a shard; the row's name is <see cref="Name"/>.</summary>
[GenerateSerializer, Alias("Broker.WarmRolesState")]
sealed record WarmRolesState
{
    public const string Name = "warm-roles-v1";

    /// <summary>Entered before a role is one that is kept warm, struck after it was one.</summary>
    [Id(0)] public HashSet<RoleKey> Roles { get; init; } = [];
}

/// <summary>
/// Asks its roles once a minute to be warm. Its reminder outlives every crash: so does the renewal of roles that nobody asks
/// for. It holds no credentials; whatever is due, the roles know.
/// </summary>
[GrainType("warm-shard")]
sealed partial class WarmShardGrain(
    [PersistentState(WarmRolesState.Name, GuardedGrainStorage.Name)] IPersistentState<WarmRolesState> list,
    StorageGuard guard, ILogger<WarmShardGrain> logger) : Grain, IWarmShardGrain, IRemindable
{
    const string Reminder = "keep-warm";

    /// <summary>
    /// So many roles of each shard mint at once: enough to use STS's rate, few enough that each gets its place in it while it
    /// waits.
    /// </summary>
    const int AtOnce = 8;

    static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>Those of the present round that have not said yet that they are to be kept warm.</summary>
    readonly HashSet<RoleKey> _doubtful = [];
    Task _round = Task.CompletedTask;
    bool _reminded, _ending;

    public async Task Enter(RoleKey role)
    {
        // Before the list: what is in it is asked.
        if (!_reminded) await guard.RunAsync("reminders", RemindAsync);
        _reminded = true;
        _doubtful.Remove(role);
        if (!list.State.Roles.Contains(role)) await list.SaveAsync(new() { Roles = [.. list.State.Roles, role] });
    }

    public async Task Strike()
    {
        if (_doubtful.Count == 0) return;
        await list.SaveAsync(new() { Roles = [.. list.State.Roles.Except(_doubtful)] });
        _doubtful.Clear();
    }

    /// <summary>Begins a round, unless one is under way. It holds no turn: roles enter meanwhile.</summary>
    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (_round.IsCompleted) _round = RunAsync();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _ending = true;
        return Task.CompletedTask;
    }

    async Task RemindAsync()
    {
        if (await this.GetReminder(Reminder) is null) await this.RegisterOrUpdateReminder(Reminder, Period, Period);
    }

    async Task RunAsync()
    {
        _doubtful.Clear();
        _doubtful.UnionWith(list.State.Roles);
        await AskAsync([.. _doubtful]);
        if (_ending) return;
        // By a message, in a turn of its own: no role enters while another is struck.
        try { await this.AsReference<IWarmShardGrain>().Strike(); }
        catch (BrokerException e) { LogUnstruck(this.GetPrimaryKeyString(), e.Code); }
    }

    async Task AskAsync(RoleKey[] roles)
    {
        Exception? failure = null;
        var failures = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, TaskScheduler = TaskScheduler.Current };
        await Parallel.ForEachAsync(roles, options, async (role, _) =>
        {
            if (_ending) return;
            try
            {
                if (!await GrainFactory.GetGrain<IWarmRoleGrain>(role.ToString()).KeepWarm()) return;
            }
            // Whatever it is, it is the role's own: the others are asked, and it is asked again.
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                failures++;
                failure = e;
            }
            _doubtful.Remove(role);
        });
        if (failure is not null) LogUnasked(this.GetPrimaryKeyString(), failures, roles.Length, failure);
    }

    [LoggerMessage(LogLevel.Warning, "{Shard}: of the roles that are kept warm, {Failures} of {Roles} could not be asked to be; they are asked again in a minute.")]
    partial void LogUnasked(string shard, int failures, int roles, Exception exception);

    [LoggerMessage(LogLevel.Warning, "{Shard}: roles that are not kept warm any more were not struck ({Code}); that is tried again in a minute.")]
    partial void LogUnstruck(string shard, string code);
}
