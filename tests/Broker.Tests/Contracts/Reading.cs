using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Broker.Tests.Contracts;

/// <summary>What an object says, as JSON.</summary>
static class Reading
{
    public static JsonNode? Of(object? value) => value switch
    {
        null => null,
        Enum named => named.ToString(),
        string or byte[] => JsonSerializer.SerializeToNode(value),
        IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(Of)]),
        _ when ContractTypes.IsContract(value.GetType()) => new JsonObject(
            ContractMember.Of(value.GetType()).Select(member => KeyValuePair.Create(member.Label, Of(member.Property.GetValue(value))))),
        _ => JsonSerializer.SerializeToNode(value),
    };

    /// <summary>Where an object differs from what was said when it was written. What came later must have its default.</summary>
    public static IEnumerable<string> Differences(JsonNode? said, object? read, string place) => (said, read) switch
    {
        (JsonObject members, not null) when ContractTypes.IsContract(read.GetType()) => DifferencesOfMembers(members, read, place),
        (JsonArray items, IEnumerable found) when found.Cast<object?>().ToList() is var list && list.Count == items.Count =>
            items.Zip(list).SelectMany((pair, i) => Differences(pair.First, pair.Second, $"{place}[{i}]")),
        _ => JsonNode.DeepEquals(said, Of(read)) ? [] : [$"{place}: {said?.ToJsonString() ?? "null"} is read as {Of(read)?.ToJsonString() ?? "null"}"],
    };

    static IEnumerable<string> DifferencesOfMembers(JsonObject said, object read, string place)
    {
        var members = ContractMember.Of(read.GetType());
        var gone = said.Select(member => member.Key).Except(members.Select(member => member.Label)).Select(label => $"{place}: '{label}' is gone");
        return gone.Concat(members.SelectMany(member => said.TryGetPropertyValue(member.Label, out var value)
            ? Differences(value, member.Property.GetValue(read), $"{place}.{member.Property.Name}")
            : member.IsDefaultIn(read) ? [] : [$"{place}: '{member.Label}' came later and has not its default where it is left out"]));
    }
}
