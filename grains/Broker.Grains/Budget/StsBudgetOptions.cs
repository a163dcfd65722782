namespace Broker.Grains.Budget;

/// <summary>The AssumeRole rate of a calling account. What holds for every identity. Configuration section <c>StsBudget</c>.</summary>
public sealed class StsBudgetOptions
{
    /// <summary>Calls per second, 0.1 to 10,000. Default 80: the account's own limit is 100, shared with whatever else it does.</summary>
    public double RatePerSecond { get; set; } = 80;

    /// <summary>Calls that callers may make at once after a quiet time, 1 to 1,000. Default 20.</summary>
    public int Burst { get; set; } = 20;

    /// <summary>The same for renewals in the background, 1 to 1,000. Default 5: callers come first. Never more than <see cref="Burst"/>.</summary>
    public int RenewalBurst { get; set; } = 5;

    /// <summary>What is different for identities of these names. Section <c>StsBudget:Identities:{name}</c>.</summary>
    public Dictionary<string, StsIdentityBudgetOptions> Identities { get; } = [];

    /// <summary>The rule that the settings break, naming the key; null when they are valid.</summary>
    public string? BrokenRule()
    {
        foreach (var (name, own) in Identities)
        {
            if (!Names.IsValid(name)) return $"StsBudget:Identities:{name} must have {Names.Rule}.";
            if (BrokenRule($"StsBudget:Identities:{name}", own.RatePerSecond, own.Burst, own.RenewalBurst) is { } rule) return rule;
        }
        return BrokenRule("StsBudget", RatePerSecond, Burst, RenewalBurst);
    }

    static string? BrokenRule(string section, double? rate, int? burst, int? renewalBurst)
    {
        if (rate is not (null or (>= 0.1 and <= 10_000))) return $"{section}:RatePerSecond must be 0.1 to 10000.";
        if (burst is not (null or (>= 1 and <= 1000))) return $"{section}:Burst must be 1 to 1000.";
        return renewalBurst is null or (>= 1 and <= 1000) ? null : $"{section}:RenewalBurst must be 1 to 1000.";
    }

    /// <summary>The rate of the identity of this name.</summary>
    internal StsLimits Of(string identity)
    {
        var own = Identities.GetValueOrDefault(identity);
        var burst = own?.Burst ?? Burst;
        return new(own?.RatePerSecond ?? RatePerSecond, burst, Math.Min(burst, own?.RenewalBurst ?? RenewalBurst));
    }
}

/// <summary>The rate of one identity's account; what is null is as in <see cref="StsBudgetOptions"/>.</summary>
public sealed class StsIdentityBudgetOptions
{
    /// <summary>Calls per second, 0.1 to 10,000.</summary>
    public double? RatePerSecond { get; set; }

    /// <summary>Calls at once for callers, 1 to 1,000.</summary>
    public int? Burst { get; set; }

    /// <summary>Calls at once for renewals, 1 to 1,000.</summary>
    public int? RenewalBurst { get; set; }
}

/// <summary>The rate of one account.</summary>
/// <param name="RatePerSecond">Calls per second.</param>
/// <param name="Burst">Calls at once after a quiet time.</param>
/// <param name="RenewalBurst">How many of these renewals may use; the rest stays for callers.</param>
sealed record StsLimits(double RatePerSecond, int Burst, int RenewalBurst);
