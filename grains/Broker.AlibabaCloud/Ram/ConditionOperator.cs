using System.Collections.Frozen;
using System.Globalization;
using System.Net;

namespace Broker.AlibabaCloud.Ram;

/// <summary>An operator of RAM's conditions, as the vendor's page on conditional operators describes it.</summary>
/// <param name="Negated">Whether it holds when none of its values compares, instead of when one does.</param>
/// <param name="Words">What it says between its key and its values.</param>
/// <param name="Compares">Whether the request's value, then the statement's, compare.</param>
sealed record ConditionOperator(bool Negated, string Words, Func<string, string, bool> Compares)
{
    /// <summary>Every operator, by its name.</summary>
    public static FrozenDictionary<string, ConditionOperator> All { get; } = Make().ToFrozenDictionary(StringComparer.Ordinal);

    static IEnumerable<KeyValuePair<string, ConditionOperator>> Make()
    {
        yield return new("StringEquals", new(false, "is", string.Equals));
        yield return new("StringNotEquals", new(true, "is not", string.Equals));
        yield return new("StringEqualsIgnoreCase", new(false, "is, in any case,", SameInAnyCase));
        yield return new("StringNotEqualsIgnoreCase", new(true, "is not, in any case,", SameInAnyCase));
        yield return new("StringLike", new(false, "is like", IsLike));
        yield return new("StringNotLike", new(true, "is not like", IsLike));
        foreach (var (type, compare) in new (string, Func<string, string, int?>)[] { ("Numeric", CompareNumbers), ("Date", CompareDates) })
        {
            yield return new($"{type}Equals", new(false, "is", (given, value) => compare(given, value) == 0));
            yield return new($"{type}NotEquals", new(true, "is not", (given, value) => compare(given, value) == 0));
            yield return new($"{type}LessThan", new(false, "is less than", (given, value) => compare(given, value) < 0));
            yield return new($"{type}LessThanEquals", new(false, "is at most", (given, value) => compare(given, value) <= 0));
            yield return new($"{type}GreaterThan", new(false, "is greater than", (given, value) => compare(given, value) > 0));
            yield return new($"{type}GreaterThanEquals", new(false, "is at least", (given, value) => compare(given, value) >= 0));
        }
        yield return new("Bool", new(false, "is", SameInAnyCase));
        yield return new("IpAddress", new(false, "is in", IsIn));
        yield return new("NotIpAddress", new(true, "is not in", IsIn));
    }

    static bool SameInAnyCase(string given, string value) => string.Equals(given, value, StringComparison.OrdinalIgnoreCase);

    static bool IsLike(string given, string value) => Wildcards.Match(value, given);

    static int? CompareNumbers(string given, string value) =>
        decimal.TryParse(given, NumberStyles.Number, CultureInfo.InvariantCulture, out var a)
        && decimal.TryParse(value, NumberStyles.Number, CultureInfo.InvariantCulture, out var b) ? a.CompareTo(b) : null;

    static int? CompareDates(string given, string value) =>
        DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var a)
        && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var b) ? a.CompareTo(b) : null;

    /// <summary>A block, an address, or, as OSS's page on authorization elements permits, a pattern with <c>*</c>.</summary>
    static bool IsIn(string given, string value)
    {
        if (!IPAddress.TryParse(given, out var address)) return false;
        // A dual-stack listener reports IPv4 clients so; they come from the IPv4 network.
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (value.Contains('*', StringComparison.Ordinal)) return Wildcards.Match(value, address.ToString());
        return IPNetwork.TryParse(value, out var network) ? network.Contains(address) : IPAddress.TryParse(value, out var single) && single.Equals(address);
    }
}
