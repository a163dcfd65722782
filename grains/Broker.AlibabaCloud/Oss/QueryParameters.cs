namespace Broker.AlibabaCloud.Oss;

/// <summary>Writes a query in canonical order: parameters that come in their order, and between them those of the request.</summary>
/// <param name="rest">The request's own, percent-encoded and sorted.</param>
struct QueryParameters(KeyValuePair<string, string>[] rest)
{
    int _next;
    bool _begun;

    /// <summary>Writes the name of a parameter and its equals sign, after all that come before it.</summary>
    public void Begin(ref Utf8Text text, string name)
    {
        while (_next < rest.Length && string.CompareOrdinal(rest[_next].Key, name) < 0) WriteNext(ref text);
        Separate(ref text);
        text.Add(name);
        text.Add("="u8);
    }

    /// <summary>Writes what is left.</summary>
    public void End(ref Utf8Text text)
    {
        while (_next < rest.Length) WriteNext(ref text);
    }

    /// <summary>A name without a value stands bare.</summary>
    void WriteNext(ref Utf8Text text)
    {
        var (name, value) = rest[_next++];
        Separate(ref text);
        text.Add(name);
        if (value.Length == 0) return;
        text.Add("="u8);
        text.Add(value);
    }

    void Separate(ref Utf8Text text)
    {
        if (_begun) text.Add("&"u8);
        _begun = true;
    }
}
