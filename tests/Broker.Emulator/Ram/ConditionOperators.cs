using System.Globalization;
using System.Net;

namespace Broker.Emulator.Ram;

/// <summary>The operators of conditions.</summary>
static class ConditionOperators
{
    static readonly Dictionary<string, Func<string, string, bool>> Operators = new()
    {
        ["StringEquals"] = (actual, wanted) => actual == wanted,
        ["StringNotEquals"] = (actual, wanted) => actual != wanted,
        ["StringEqualsIgnoreCase"] = (actual, wanted) => actual.Equals(wanted, StringComparison.OrdinalIgnoreCase),
        ["StringNotEqualsIgnoreCase"] = (actual, wanted) => !actual.Equals(wanted, StringComparison.OrdinalIgnoreCase),
        ["StringLike"] = Wildcard.Matches,
        ["StringNotLike"] = (actual, wanted) => !Wildcard.Matches(actual, wanted),
        ["NumericEquals"] = Number((a, b) => a == b),
        ["NumericNotEquals"] = Number((a, b) => a != b),
        ["NumericLessThan"] = Number((a, b) => a < b),
        ["NumericLessThanEquals"] = Number((a, b) => a <= b),
        ["NumericGreaterThan"] = Number((a, b) => a > b),
        ["NumericGreaterThanEquals"] = Number((a, b) => a >= b),
        ["DateEquals"] = Date((a, b) => a == b),
        ["DateNotEquals"] = Date((a, b) => a != b),
        ["DateLessThan"] = Date((a, b) => a < b),
        ["DateLessThanEquals"] = Date((a, b) => a <= b),
        ["DateGreaterThan"] = Date((a, b) => a > b),
        ["DateGreaterThanEquals"] = Date((a, b) => a >= b),
        ["Bool"] = (actual, wanted) => actual.Equals(wanted, StringComparison.OrdinalIgnoreCase),
        ["IpAddress"] = InNetwork,
        ["NotIpAddress"] = (actual, wanted) => !InNetwork(actual, wanted),
    };

    public static bool IsKnown(string name) => Operators.ContainsKey(name);

    /// <summary>Several values mean any of them; a negation means none of them. A key that the request lacks fails.</summary>
    public static bool Holds(string name, string? actual, string[] values)
    {
        if (actual is null) return false;
        return name.Contains("Not", StringComparison.Ordinal) ? values.All(v => Operators[name](actual, v)) : values.Any(v => Operators[name](actual, v));
    }

    static Func<string, string, bool> Number(Func<decimal, decimal, bool> compare) => (actual, wanted) =>
        decimal.TryParse(actual, NumberStyles.Number, CultureInfo.InvariantCulture, out var a)
        && decimal.TryParse(wanted, NumberStyles.Number, CultureInfo.InvariantCulture, out var b) && compare(a, b);

    static Func<string, string, bool> Date(Func<DateTimeOffset, DateTimeOffset, bool> compare) => (actual, wanted) =>
        DateTimeOffset.TryParse(actual, CultureInfo.InvariantCulture, out var a) && DateTimeOffset.TryParse(wanted, CultureInfo.InvariantCulture, out var b) && compare(a, b);

    static bool InNetwork(string actual, string wanted)
    {
        if (!IPAddress.TryParse(actual, out var address)) return false;
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
