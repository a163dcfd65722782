using System.Text;

namespace Broker.AlibabaCloud;

/// <summary>RFC 3986 percent-encoding as Alibaba Cloud's signatures define it: all but <c>A-Z a-z 0-9 - _ . ~</c>, UTF-8, upper-case hex.</summary>
static class PercentEncoding
{
    public static string Encode(string value) => Uri.EscapeDataString(value);

    /// <summary>Encodes the parameters, ordered by their names' ordinal order, as <c>k=v&amp;k=v</c>; an empty value keeps its equals sign.</summary>
    public static string EncodeSorted(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in parameters.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (text.Length > 0) text.Append('&');
            text.Append(Encode(name)).Append('=').Append(Encode(value));
        }
        return text.ToString();
    }
}
