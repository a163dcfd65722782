using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Broker.Emulator.Ram;
using Broker.Emulator.State;

namespace Broker.Emulator.Sts;

/// <summary>The parameters that AssumeRole and AssumeRoleWithOIDC share, after STS's rules for each.</summary>
sealed partial record AssumeRole(string RoleArn, string SessionName, int? DurationSeconds, string? Policy, string? ExternalId)
{
    const int ShortestSession = 900, DefaultSession = 3600, LongestPolicy = 2047;

    public static AssumeRole Read(Dictionary<string, string> parameters, params ReadOnlySpan<string> others)
    {
        foreach (var name in parameters.Keys)
            if (name is not ("RoleArn" or "RoleSessionName" or "DurationSeconds" or "Policy") && !others.Contains(name)) throw Invalid(name, "is not a parameter of this action");
        var arn = Need(parameters, "RoleArn");
        if (!Arn.IsMatch(arn)) throw Invalid("RoleArn", "must be acs:ram::{account}:role/{name}");
        var session = Need(parameters, "RoleSessionName");
        if (!Session.IsMatch(session)) throw Invalid("RoleSessionName", "must have 2 to 64 letters, digits and .@-_");
        var externalId = parameters.GetValueOrDefault("ExternalId");
        if (externalId is not null && !External.IsMatch(externalId)) throw Invalid("ExternalId", "must have 2 to 1224 letters, digits and =,.@:/-_+");
        if (parameters.TryGetValue("SourceIdentity", out var source) && !Source.IsMatch(source)) throw Invalid("SourceIdentity", "must have 2 to 64 letters, digits and =,.@-_+");
        return new(arn, session, Duration(parameters), ReadPolicy(parameters), externalId);
    }

    /// <summary>The seconds that are granted, within the role's own bound.</summary>
    public int GrantedSeconds(Role role)
    {
        var wanted = DurationSeconds ?? Math.Min(DefaultSession, role.MaxSessionSeconds);
        return wanted <= role.MaxSessionSeconds ? wanted : throw Invalid("DurationSeconds", $"must be at most the role's MaxSessionDuration, {role.MaxSessionSeconds}");
    }

    static int? Duration(Dictionary<string, string> parameters)
    {
        if (!parameters.TryGetValue("DurationSeconds", out var text)) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds >= ShortestSession
            ? seconds : throw Invalid("DurationSeconds", $"must be a whole number of at least {ShortestSession}");
    }

    static string? ReadPolicy(Dictionary<string, string> parameters)
    {
        if (!parameters.TryGetValue("Policy", out var policy)) return null;
        if (Encoding.UTF8.GetByteCount(policy) > LongestPolicy) throw new StsError(400, "InvalidParameter.PolicySize", "The size of Policy must be smaller than 2048 bytes.");
        try { RamPolicy.Parse(policy); }
        catch (FormatException e) { throw new StsError(400, "InvalidParameter.PolicyGrammar", $"The parameter Policy has not passed grammar check. {e.Message}"); }
        return policy;
    }

    static string Need(Dictionary<string, string> parameters, string name) =>
        parameters.GetValueOrDefault(name) is { Length: > 0 } value ? value : throw new StsError(400, $"MissingParameter.{name}", $"{name} is mandatory.");

    static StsError Invalid(string name, string rule) => new(400, $"InvalidParameter.{name}", $"The parameter {name} {rule}.");

    [GeneratedRegex(@"\Aacs:ram::[0-9]+:role/[A-Za-z0-9.-]{1,64}\z")]
    private static partial Regex Arn { get; }

    [GeneratedRegex(@"\A[A-Za-z0-9.@_-]{2,64}\z")]
    private static partial Regex Session { get; }

    [GeneratedRegex(@"\A[A-Za-z0-9_+=,.@:/-]{2,1224}\z")]
    private static partial Regex External { get; }

    [GeneratedRegex(@"\A(?!acs:|aliyun:|alibabacloud:)[A-Za-z0-9_+=,.@-]{2,64}\z")]
    private static partial Regex Source { get; }
}
