using System.Text.Json;

namespace Broker.AlibabaCloud.Ram;

/// <summary>One statement of a policy.</summary>
/// <param name="Allows">Whether its effect is Allow; else it is Deny.</param>
/// <param name="Excepts">Whether <paramref name="Actions"/> are those that it does not mean (NotAction).</param>
/// <param name="Actions">Patterns of actions, matched in any case: RAM's page on policy elements takes their names so.</param>
/// <param name="Resources">Patterns of ARNs.</param>
/// <param name="Conditions">All of them must hold.</param>
sealed record PolicyStatement(
    bool Allows, bool Excepts, IReadOnlyList<string> Actions, IReadOnlyList<string> Resources, IReadOnlyList<PolicyCondition> Conditions)
{
    public bool MeansAction(PolicyRequest request) => Excepts != Actions.Any(pattern => Wildcards.Match(pattern, request.Action, ignoreCase: true));

    public bool MeansResource(PolicyRequest request) => Resources.Any(pattern => Wildcards.MatchResource(pattern, request.Resource));

    public IEnumerable<PolicyCondition> Unmet(PolicyRequest request) => Conditions.Where(condition => !condition.Holds(request.Context));

    public bool Applies(PolicyRequest request) => MeansAction(request) && MeansResource(request) && !Unmet(request).Any();

    /// <summary>The statements of a policy's text.</summary>
    /// <exception cref="FormatException">It is not in RAM's grammar (version 1).</exception>
    public static IReadOnlyList<PolicyStatement> ReadAll(string policy)
    {
        try
        {
            using var document = JsonDocument.Parse(policy, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.GetProperty("Version").GetString() != "1") throw new FormatException("A policy's Version is 1.");
            return [.. document.RootElement.GetProperty("Statement").EnumerateArray().Select(Read)];
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The policy is not in RAM's grammar.", failure);
        }
    }

    static PolicyStatement Read(JsonElement statement)
    {
        var excepts = statement.TryGetProperty("NotAction", out var actions);
        if (excepts == statement.TryGetProperty("Action", out var plain)) throw new FormatException("A statement has exactly one of Action and NotAction.");
        var allows = statement.GetProperty("Effect").GetString() switch
        {
            "Allow" => true,
            "Deny" => false,
            _ => throw new FormatException("A statement's Effect is Allow or Deny."),
        };
        return new(allows, excepts, Texts(excepts ? actions : plain), Texts(statement.GetProperty("Resource")),
            statement.TryGetProperty("Condition", out var conditions) ? [.. conditions.EnumerateObject().SelectMany(Read)] : []);
    }

    static IEnumerable<PolicyCondition> Read(JsonProperty block) =>
        ConditionOperator.All.TryGetValue(block.Name, out var known)
            ? block.Value.EnumerateObject().Select(key => new PolicyCondition(known, key.Name, Texts(key.Value)))
            : throw new FormatException($"'{block.Name}' is not an operator of RAM's conditions.");

    static string[] Texts(JsonElement value) => value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(Text)] : [Text(value)];

    static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetRawText(),
        _ => throw new FormatException("A policy's values are texts."),
    };
}
