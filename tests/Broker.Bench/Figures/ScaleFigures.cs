namespace Broker.Bench.Figures;

/// <summary>What many roles need of a silo, on one database.</summary>
/// <param name="Name">The case, which names the database.</param>
/// <param name="AssumeRoles">The calls of AssumeRole: one for each role, and none when they are warmed from what is stored.</param>
/// <param name="Roles">How many; and so many tenants, one in a hundred of which has a hundred roles.</param>
/// <param name="Filled">While they were made.</param>
/// <param name="Warmed">After a restart.</param>
sealed record ScaleFigures(string Name, long AssumeRoles, int Roles, FilledFigures Filled, WarmedFigures Warmed)
{
    /// <summary>A role that was minted twice is a failure of the broker's first promise.</summary>
    public bool Failed => AssumeRoles != Roles;
}

/// <summary>What the process that has the roles knows.</summary>
/// <param name="Filled">While they were made.</param>
/// <param name="Warmed">After a restart.</param>
sealed record SiloFigures(FilledFigures Filled, WarmedFigures Warmed);

/// <summary>What making many roles has shown.</summary>
/// <param name="RolesPerSecond">Roles made per second.</param>
/// <param name="TenantsPerSecond">Tenants made per second.</param>
/// <param name="RenewalsPerSecond">Renewals per second: each a call of STS and its result stored.</param>
/// <param name="PageMilliseconds">How long each page of 1,000 tenants took, in order.</param>
sealed record FilledFigures(double RolesPerSecond, double TenantsPerSecond, double RenewalsPerSecond, Series PageMilliseconds);

/// <summary>What activating roles that have their credentials stored has shown, round by round.</summary>
/// <param name="EmptyPerSecond">Activations per second of grains that have nothing.</param>
/// <param name="RolesPerSecond">Activations per second of roles, each asked for its credentials.</param>
/// <param name="BytesPerRole">Managed memory for each of them, idle, all that belongs to it included.</param>
sealed record WarmedFigures(Series EmptyPerSecond, Series RolesPerSecond, Series BytesPerRole)
{
    /// <summary>Roles for each empty grain in the same time.</summary>
    public Series Ratio => RolesPerSecond.Over(EmptyPerSecond);
}
