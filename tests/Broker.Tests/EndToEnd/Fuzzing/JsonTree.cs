using System.Text;
using System.Text.Json;

namespace Broker.Tests.EndToEnd.Fuzzing;

/// <summary>JSON that can be changed to what no serializer writes: names that come twice, half surrogate pairs, endless numbers.</summary>
sealed class JsonTree
{
    JsonTree(string raw) => Raw = raw;

    /// <summary>The value's text when it is neither an object nor an array.</summary>
    public string Raw { get; private set; }

    /// <summary>Names, in quotes and escaped, and values.</summary>
    public List<(string Name, JsonTree Value)>? Fields { get; private set; }

    public List<JsonTree>? Items { get; private set; }

    public static JsonTree Of(object value) => Of(JsonSerializer.SerializeToElement(value));

    public static JsonTree OfRaw(string raw) => new(raw);

    public static JsonTree OfItems(IEnumerable<JsonTree> items) => new("") { Items = [.. items] };

    static JsonTree Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => new("") { Fields = [.. value.EnumerateObject().Select(f => (JsonSerializer.Serialize(f.Name), Of(f.Value)))] },
        JsonValueKind.Array => new("") { Items = [.. value.EnumerateArray().Select(Of)] },
        _ => new(value.GetRawText()),
    };

    public JsonTree Copy() => new(Raw)
    {
        Fields = Fields?.ConvertAll(f => (f.Name, f.Value.Copy())),
        Items = Items?.ConvertAll(i => i.Copy()),
    };

    /// <summary>How long it is as text, nearly.</summary>
    public int Size => Raw.Length + 2 + (Fields?.Sum(f => f.Name.Length + 2 + f.Value.Size) ?? 0) + (Items?.Sum(i => i.Size) ?? 0);

    /// <summary>Becomes the other one.</summary>
    public void Become(JsonTree other) => (Raw, Fields, Items) = (other.Raw, other.Fields, other.Items);

    /// <summary>This value and all below it, with the name of the field that each stands in.</summary>
    public IEnumerable<(string Name, JsonTree Value)> All(string name = "")
    {
        yield return (name, this);
        foreach (var (field, value) in Fields ?? [])
            foreach (var inner in value.All(field)) yield return inner;
        foreach (var item in Items ?? [])
            foreach (var inner in item.All(name)) yield return inner;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    void Write(StringBuilder text)
    {
        if (Fields is not null) WriteList(text, '{', '}', Fields, field => field.Value.Write(text.Append(field.Name).Append(':')));
        else if (Items is not null) WriteList(text, '[', ']', Items, item => item.Write(text));
        else text.Append(Raw);
    }

    static void WriteList<T>(StringBuilder text, char begin, char end, List<T> parts, Action<T> write)
    {
        text.Append(begin);
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0) text.Append(',');
            write(parts[i]);
        }
        text.Append(end);
    }
}
