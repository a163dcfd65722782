namespace Broker.Grains.Roles;

/// <summary>How long a silo goes by what it has in memory. Configuration section <c>Confirmation</c>.</summary>
public sealed class ConfirmationOptions
{
    /// <summary>
    /// For so long a role vends although the database does not confirm that its settings and its tenant stand; then it answers
    /// <see cref="ErrorCode.Unconfirmed"/>. So long at most a silo that is cut off vends what was ended elsewhere. In seconds,
    /// 10 to 86,400; default 900.
    /// </summary>
    public int LongestSeconds { get; set; } = 900;

    /// <summary>The rule that the settings break, naming the key; null when they are valid.</summary>
    public string? BrokenRule() => LongestSeconds is >= 10 and <= 86_400 ? null : "Confirmation:LongestSeconds must be 10 to 86400.";
}
