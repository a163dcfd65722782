namespace Broker;

/// <summary>Collects the rules that an input breaks, by field.</summary>
/// <param name="within">What stands before each field's name, such as <c>requests[3].</c>; empty: nothing.</param>
public sealed class FieldErrors(string within = "")
{
    Dictionary<string, string[]>? _errors;

    /// <summary>Notes the rule unless the condition holds.</summary>
    public void Demand(bool condition, string field, string rule)
    {
        if (!condition) Note(field, rule);
    }

    /// <summary>Notes the rule, where there is one.</summary>
    public void Note(string field, string? brokenRule)
    {
        if (brokenRule is null) return;
        var name = within + field;
        _errors ??= [];
        _errors[name] = [.. _errors.GetValueOrDefault(name, []), brokenRule];
    }

    /// <summary>Notes the rule unless the value is in the range.</summary>
    public void DemandRange(long value, long least, long most, string field) =>
        Note(field, value >= least && value <= most ? null : $"must be {least} to {most}");

    /// <summary>Notes the rule unless there are few enough.</summary>
    public void DemandCount(int count, int most, string field) => Note(field, count <= most ? null : $"must have at most {most} items");

    /// <summary>Throws <see cref="ErrorCode.InvalidRequest"/>, or another code, when something was noted.</summary>
    public void ThrowIfAny(string code = ErrorCode.InvalidRequest)
    {
        if (_errors is not null) throw BrokerException.Invalid(_errors, code);
    }
}
