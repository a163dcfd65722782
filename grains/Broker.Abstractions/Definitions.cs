using System.Text.Json;

namespace Broker;

/// <summary>Equality of definitions: by content, arrays included, which records compare by reference.</summary>
public static class Definitions
{
    /// <summary>Whether both say the same.</summary>
    public static bool SameAs<T>(this T a, T b) =>
        JsonSerializer.SerializeToUtf8Bytes(a).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(b));
}
