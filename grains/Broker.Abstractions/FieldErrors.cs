namespace Broker;

/// <summary>Collects the rules that an input breaks, by field.</summary>
public sealed class FieldErrors
{
    readonly Dictionary<string, string[]> _errors = [];

    /// <summary>Notes the rule unless the condition holds.</summary>
    public void Demand(bool condition, string field, string rule)
    {
        if (!condition) _errors[field] = [.. _errors.GetValueOrDefault(field, []), rule];
    }

    /// <summary>Notes the rule, where there is one.</summary>
    public void Note(string field, string? brokenRule) => Demand(brokenRule is null, field, brokenRule ?? "");

    /// <summary>Notes the rule unless the value is in the range.</summary>
    public void DemandRange(long value, long least, long most, string field) =>
        Demand(value >= least && value <= most, field, $"must be {least} to {most}");

    /// <summary>Notes the rule unless there are few enough.</summary>
    public void DemandCount(int count, int most, string field) => Demand(count <= most, field, $"must have at most {most} items");

    /// <summary>Throws <see cref="ErrorCode.InvalidRequest"/>, or another code, when something was noted.</summary>
    public void ThrowIfAny(string code = ErrorCode.InvalidRequest)
    {
        if (_errors.Count > 0) throw BrokerException.Invalid(_errors, code);
    }
}
