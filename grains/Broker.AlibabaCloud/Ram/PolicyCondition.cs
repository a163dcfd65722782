namespace Broker.AlibabaCloud.Ram;

/// <summary>One condition of a statement: an operator, a key of the request, and the values of which one must compare.</summary>
sealed record PolicyCondition(ConditionOperator Operator, string Key, IReadOnlyList<string> Values)
{
    /// <summary>
    /// Whether it holds. A key that the request does not have compares with nothing, so that a negated operator holds: OSS's
    /// own sample names requests from outside every VPC by <c>StringNotLike</c> <c>vpc-*</c>.
    /// </summary>
    public bool Holds(IReadOnlyDictionary<string, string> context) =>
        Operator.Negated != (context.TryGetValue(Key, out var given) && Values.Any(value => Operator.Compares(given, value)));

    /// <summary>What it asks for, in words.</summary>
    public string Demand => (Key, Operator.Words, Values) switch
    {
        (PolicyRequest.SecureTransport, _, ["true"]) => "over https",
        (PolicyRequest.SecureTransport, _, ["false"]) => "over http",
        (PolicyRequest.SourceIp, "is in", _) => $"from {Choice}",
        (PolicyRequest.SourceIp, "is not in", _) => $"from outside {Choice}",
        (PolicyRequest.Prefix, "is like", _) => $"with a prefix like {Choice}",
        _ => $"when {Key} {Operator.Words} {Choice}",
    };

    /// <summary>What it asks for and what the request has instead.</summary>
    public string Unmet(IReadOnlyDictionary<string, string> context) =>
        $"{Demand} ({(context.TryGetValue(Key, out var given) ? $"here '{given}'" : $"{Key} is not given")})";

    string Choice => string.Join(" or ", Values);
}
