namespace Broker.AlibabaCloud.Ram;

/// <summary>What is asked of a policy.</summary>
/// <param name="Action">Such as <c>oss:GetObject</c>.</param>
/// <param name="Resource">The ARN; its region and account may be <c>*</c>: any.</param>
/// <param name="Context">What conditions may ask for, by key; a key that is missing, the request does not have.</param>
public sealed record PolicyRequest(string Action, string Resource, IReadOnlyDictionary<string, string> Context)
{
    /// <summary>The key of the client's address.</summary>
    public const string SourceIp = "acs:SourceIp";

    /// <summary>The key of whether the request comes over https: <c>true</c> or <c>false</c>.</summary>
    public const string SecureTransport = "acs:SecureTransport";

    /// <summary>The key of the time, ISO 8601.</summary>
    public const string CurrentTime = "acs:CurrentTime";

    /// <summary>The key of a listing's prefix.</summary>
    public const string Prefix = "oss:Prefix";
}

/// <summary>What a policy says to a request, and why.</summary>
/// <param name="Allowed">Whether it allows it.</param>
/// <param name="Reason">Sentences for people.</param>
/// <param name="Statement">The index of the statement that decided, from 0; null: none did, so it is not allowed.</param>
public sealed record PolicyVerdict(bool Allowed, string Reason, int? Statement);

/// <summary>
/// Says what a policy means for one request, by RAM's rules: a Deny that applies wins, else an Allow that applies, else it is
/// not allowed. Pure. It judges one policy: a session is also bound by its role's own.
/// </summary>
public static class PolicyExplanation
{
    /// <summary>The verdict.</summary>
    /// <exception cref="FormatException">The policy is not in RAM's grammar.</exception>
    public static PolicyVerdict Explain(string policy, PolicyRequest request)
    {
        var statements = PolicyStatement.ReadAll(policy).Index().ToArray();
        foreach (var (index, statement) in statements)
            if (!statement.Allows && statement.Applies(request)) return new(false, $"{Named(index)} denies {request.Action}{Terms(statement)}.{OnAddress(statement, request)}", index);
        foreach (var (index, statement) in statements)
            if (statement.Allows && statement.Applies(request)) return new(true, $"{Named(index)} allows {request.Action}{Terms(statement)}.{Reservation(statements, request)}", index);
        return new(false, Nearest(statements, request), null);
    }

    static string Nearest((int Index, PolicyStatement Statement)[] statements, PolicyRequest request)
    {
        var granting = statements.Where(s => s.Statement.Allows && s.Statement.MeansAction(request)).ToArray();
        if (granting.Length == 0) return $"No statement allows {request.Action}.";
        var (index, nearest) = granting.OrderByDescending(s => s.Statement.MeansResource(request)).ThenBy(s => s.Statement.Unmet(request).Count()).First();
        var demands = nearest.Unmet(request).Select(condition => condition.Unmet(request.Context));
        if (!nearest.MeansResource(request)) demands = demands.Prepend($"on {string.Join(" or ", nearest.Resources)}");
        return $"{Named(index)} allows {request.Action}, but only {string.Join(" and ", demands)}.";
    }

    static string Terms(PolicyStatement statement)
    {
        var on = $" on {string.Join(" or ", statement.Resources)}";
        return statement.Conditions.Count == 0 ? on : $"{on}, {string.Join(" and ", statement.Conditions.Select(condition => condition.Demand))}";
    }

    /// <summary>What the verdict leaves open when nobody said where the request comes from: every real one has an address.</summary>
    static string Reservation((int Index, PolicyStatement Statement)[] statements, PolicyRequest request)
    {
        var open = statements.Where(s => !s.Statement.Allows && IsOpen(s.Statement, request)).Select(s => s.Index).ToArray();
        return open.Length == 0 ? "" : $" {Named(open[0])} may deny it: the source address is not given.";
    }

    static bool IsOpen(PolicyStatement statement, PolicyRequest request) =>
        !request.Context.ContainsKey(PolicyRequest.SourceIp) && statement.MeansAction(request) && statement.MeansResource(request)
        && statement.Unmet(request).All(condition => condition.Key == PolicyRequest.SourceIp);

    static string OnAddress(PolicyStatement statement, PolicyRequest request) =>
        !request.Context.ContainsKey(PolicyRequest.SourceIp) && statement.Conditions.Any(condition => condition.Key == PolicyRequest.SourceIp)
            ? " The source address is not given."
            : "";

    static string Named(int index) => $"Statement {index}";
}
