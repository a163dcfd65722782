namespace Broker.Emulator.Signatures;

/// <summary>What signatures cover, as it came over the wire.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The decoded path.</param>
/// <param name="Query">Decoded names and values, in the order of the query.</param>
/// <param name="Headers">Header lines; a name may come more than once.</param>
public sealed record SignedRequest(
    string Method, string Path,
    IReadOnlyList<KeyValuePair<string, string>> Query,
    IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>The header's value, the values of repeated lines joined with commas; null when it was not sent.</summary>
    public string? Header(string name)
    {
        var values = Headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value.Trim()).ToList();
        return values.Count == 0 ? null : string.Join(',', values);
    }

    /// <summary>The first value of a query parameter; null when it was not sent.</summary>
    public string? Parameter(string name) => Query.Where(p => p.Key == name).Select(p => p.Value).FirstOrDefault();
}
