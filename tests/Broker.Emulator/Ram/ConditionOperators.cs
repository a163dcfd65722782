using System.Globalization;
using System.Net;

namespace Broker.Emulator.Ram;

/// <summary>The operators of conditions.</summary>
static class ConditionOperators
{
    static readonly Dictionary<string, Func<string, string, bool>> Operators = new()
    {
        ["StringEquals"] = (actual, wanted) => actual == wanted,
        ["StringEqualsIgnoreCase"] = (actual, wanted) => actual.Equals(wanted, StringComparison.OrdinalIgnoreCase),
        ["StringLike"] = Wildcard.Matches,
        ["NumericEquals"] = Number((a, b) => a == b),
        ["NumericLessThan"] = Number((a, b) => a < b),
        ["NumericLessThanEquals"] = Number((a, b) => a <= b),
        ["NumericGreaterThan"] = Number((a, b) => a > b),
        ["NumericGreaterThanEquals"] = Number((a, b) => a >= b),
        ["DateEquals"] = Date((a, b) => a == b),
        ["DateLessThan"] = Date((a, b) => a < b),
        ["DateLessThanEquals"] = Date((a, b) => a <= b),
        ["DateGreaterThan"] = Date((a, b) => a > b),
        ["DateGreaterThanEquals"] = Date((a, b) => a >= b),
        ["Bool"] = (actual, wanted) => actual.Equals(wanted, StringComparison.OrdinalIgnoreCase),
        ["IpAddress"] = InNetwork,
    };

    static readonly string[] Negations = ["StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike", "NumericNotEquals", "DateNotEquals", "NotIpAddress"];

    public static bool IsKnown(string name) => Operators.ContainsKey(name) || Negations.Contains(name);

    /// <summary>
    /// Several values mean any of them. A negation is true when what it negates is not, so that none of its values may fit, and
    /// a key that the request lacks passes it: OSS's samples write "from no VPC" as StringNotLike vpc-*.
    /// </summary>
    public static bool Holds(string name, string? actual, string[] values)
    {
        if (Negations.Contains(name)) return !Holds(name.Replace("Not", "", StringComparison.Ordinal), actual, values);
        return actual is not null && values.Any(wanted => Operators[name](actual, wanted));
    }

    static Func<string, string, bool> Number(Func<decimal, decimal, bool> compare) => (actual, wanted) =>
        decimal.TryParse(actual, NumberStyles.Number, CultureInfo.InvariantCulture, out var a)
        && decimal.TryParse(wanted, NumberStyles.Number, CultureInfo.InvariantCulture, out var b) && compare(a, b);

    static Func<string, string, bool> Date(Func<DateTimeOffset, DateTimeOffset, bool> compare) => (actual, wanted) =>
        DateTimeOffset.TryParse(actual, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var a)
        && DateTimeOffset.TryParse(wanted, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var b) && compare(a, b);

    /// <summary>A block, one address, or a text with <c>*</c>. An IPv4 client of a dual-stack socket is in IPv4's networks.</summary>
    static bool InNetwork(string actual, string wanted)
    {
        if (!IPAddress.TryParse(actual, out var address)) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (wanted.Contains('*')) return Wildcard.Matches(address.ToString(), wanted);
        return wanted.Contains('/') ? IPNetwork.TryParse(wanted, out var network) && network.Contains(address) : IPAddress.TryParse(wanted, out var one) && one.Equals(address);
    }
}

/// <summary>Texts with <c>*</c> for any characters and <c>?</c> for one.</summary>
static class Wildcard
{
    public static bool Matches(string text, string pattern)
    {
        int t = 0, p = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*') (star, mark) = (p++, t);
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t])) (p, t) = (p + 1, t + 1);
            else if (star >= 0) (p, t) = (star + 1, ++mark);
            else return false;
        }
        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }
}
