namespace Broker.Bench.Figures;

/// <summary>Herds of callers of cold roles.</summary>
/// <param name="Roles">How many roles.</param>
/// <param name="Callers">How many callers at once.</param>
/// <param name="Milliseconds">Until all were answered.</param>
/// <param name="CallsPerRole">The calls of AssumeRole for each role. Each was served, so 1 means: one call each.</param>
sealed record HerdFigures(int Roles, int Callers, Series Milliseconds, Series CallsPerRole)
{
    /// <summary>A role that was minted twice is a failure of the broker's first promise.</summary>
    public bool Failed => CallsPerRole.Rounds.Any(calls => calls != 1);
}

/// <summary>The calls of AssumeRole for many requests.</summary>
/// <param name="Roles">How many roles they ask for.</param>
/// <param name="BrokerRequests">The requests that the broker has answered.</param>
/// <param name="BrokerCalls">Its calls for them.</param>
/// <param name="SampleRequests">The requests that the guide's sample has answered.</param>
/// <param name="SampleCalls">Its calls for them.</param>
/// <param name="Requests">The number to which the sample's calls are extrapolated.</param>
sealed record CountFigures(int Roles, long BrokerRequests, long BrokerCalls, long SampleRequests, long SampleCalls, int Requests)
{
    public bool Failed => BrokerCalls != Roles;

    /// <summary>What the sample would call for all the requests, by those that it was asked.</summary>
    public double SampleCallsExtrapolated => SampleCalls * (double)Requests / Math.Max(1, SampleRequests);
}
