using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Broker.Api.Json;

/// <summary>
/// Compares a JSON document with the type that it is to become, and names every difference by the path of its field: the
/// serializer alone stops at the first one and speaks of positions.
/// </summary>
sealed class StrictShape(JsonSerializerOptions options)
{
    const int MostErrors = 50, LongestPath = 512;
    const string GivenTwice = "is given twice";

    readonly Dictionary<string, string[]> _errors = [];
    int _notes;

    /// <summary>Enough is found: a body of nothing but errors must not cost more than another.</summary>
    bool Full => _notes >= MostErrors;

    /// <summary>The rules that the document breaks, by field.</summary>
    public static Dictionary<string, string[]> Errors(JsonElement document, Type type, JsonSerializerOptions options)
    {
        var shape = new StrictShape(options);
        shape.Check(document, options.GetTypeInfo(type), "");
        return shape._errors;
    }

    void Check(JsonElement value, JsonTypeInfo type, string path)
    {
        if (Full) return;
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object: CheckObject(value, type, path); break;
            case JsonTypeInfoKind.Enumerable: CheckArray(value, options.GetTypeInfo(type.ElementType!), path); break;
            case JsonTypeInfoKind.Dictionary: CheckDictionary(value, options.GetTypeInfo(type.ElementType!), path); break;
            default: Note(path, BrokenScalarRule(value, type.Type)); break;
        }
    }

    void CheckObject(JsonElement value, JsonTypeInfo type, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            Note(path, "must be an object");
            return;
        }
        var fields = type.Properties;
        Span<bool> given = stackalloc bool[fields.Count];
        HashSet<string>? others = null;
        foreach (var property in value.EnumerateObject())
        {
            if (Full) return;
            var at = IndexOf(fields, property);
            if (at < 0)
            {
                Note(CheckName(property, others ??= [], path), "is not a known field");
                continue;
            }
            var below = Below(path, fields[at].Name);
            if (given[at]) Note(below, GivenTwice);
            given[at] = true;
            CheckProperty(property.Value, fields[at], below);
        }
        for (var i = 0; i < fields.Count; i++)
            if (fields[i].IsRequired && !given[i]) Note(Below(path, fields[i].Name), "is required");
    }

    static int IndexOf(IList<JsonPropertyInfo> fields, JsonProperty property)
    {
        for (var i = 0; i < fields.Count; i++)
            if (property.NameEquals(fields[i].Name)) return i;
        return -1;
    }

    void CheckProperty(JsonElement value, JsonPropertyInfo field, string path)
    {
        var mayBeNull = field.IsSetNullable && (!field.PropertyType.IsValueType || Nullable.GetUnderlyingType(field.PropertyType) is not null);
        if (value.ValueKind == JsonValueKind.Null) Note(path, mayBeNull ? null : "must not be null");
        else if (field.CustomConverter is not null) CheckObjects(value, path);
        else Check(value, options.GetTypeInfo(Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType), path);
    }

    void CheckArray(JsonElement value, JsonTypeInfo element, string path)
    {
        if (value.ValueKind != JsonValueKind.Array) Note(path, "must be an array");
        else foreach (var (index, item) in value.EnumerateArray().Index())
        {
            if (Full) return;
            Check(item, element, $"{path}[{index}]");
        }
    }

    void CheckDictionary(JsonElement value, JsonTypeInfo element, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            Note(path, "must be an object");
            return;
        }
        var given = new HashSet<string>();
        foreach (var property in value.EnumerateObject())
        {
            if (Full) return;
            Check(property.Value, element, CheckName(property, given, path));
        }
    }

    /// <summary>A field that takes objects of another grammar than ours: their names are their own, but none comes twice.</summary>
    void CheckObjects(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Object)) Note(path, "must be an array of objects");
        else CheckNested(value, path);
    }

    void CheckNested(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.String) Note(path, BrokenScalarRule(value, typeof(string)));
        if (value.ValueKind == JsonValueKind.Array)
            foreach (var (index, item) in value.EnumerateArray().Index())
            {
                if (Full) return;
                CheckNested(item, $"{path}[{index}]");
            }
        if (value.ValueKind != JsonValueKind.Object) return;
        var given = new HashSet<string>();
        foreach (var property in value.EnumerateObject())
        {
            if (Full) return;
            CheckNested(property.Value, CheckName(property, given, path));
        }
    }

    /// <summary>The path of a field whose name is its own; no name comes twice.</summary>
    string CheckName(JsonProperty property, HashSet<string> given, string path)
    {
        var below = Below(path, property.Name);
        if (!given.Add(property.Name)) Note(below, GivenTwice);
        return below;
    }

    static string? BrokenScalarRule(JsonElement value, Type type)
    {
        if (type == typeof(string))
        {
            if (value.ValueKind != JsonValueKind.String) return "must be a string";
            // The reader takes an escape of half a surrogate pair; only making the string finds it.
            try { return value.GetString() is null ? "must be a string" : null; }
            catch (InvalidOperationException) { return "must be well-formed Unicode"; }
        }
        if (type == typeof(bool)) return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "must be true or false";
        if (type == typeof(int)) return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _) ? null : "must be a whole number";
        if (type == typeof(long)) return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _) ? null : "must be a whole number";
        throw new NotSupportedException($"No rule for fields of type {type.Name}.");
    }

    void Note(string path, string? rule)
    {
        if (rule is null) return;
        _notes++;
        var field = path.Length == 0 ? "body" : path;
        var rules = _errors.GetValueOrDefault(field, []);
        if (!rules.Contains(rule)) _errors[field] = [.. rules, rule];
    }

    /// <summary>A name may be as long as the body, and everything below it would carry it along: the beginning shows where.</summary>
    static string Below(string path, string name)
    {
        var whole = path.Length == 0 ? name : $"{path}.{name}";
        return whole.Length <= LongestPath ? whole : whole[..LongestPath];
    }
}
