namespace Broker.AlibabaCloud.Ram;

/// <summary>RAM's patterns: <c>*</c> stands for any text, the empty one too, and <c>?</c> for one character. There is no escape.</summary>
static class Wildcards
{
    /// <summary>Whether all of the text fits the pattern. Takes no more than pattern times text steps, whatever the pattern.</summary>
    public static bool Match(string pattern, string text, bool ignoreCase = false)
    {
        var (p, t, star, resume) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            // A star is read before the text: it may stand for itself and for anything else.
            if (p < pattern.Length && pattern[p] == '*') (star, resume) = (p++, t);
            else if (p < pattern.Length && (pattern[p] == '?' || Same(pattern[p], text[t], ignoreCase))) (p, t) = (p + 1, t + 1);
            else if (star >= 0) (p, t) = (star + 1, ++resume);
            else return false;
        }
        return pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }

    /// <summary>
    /// Whether a resource fits a statement's. Segment by segment, because a <c>*</c> that ran across them would let an object
    /// whose key looks like an ARN pass for another bucket's. Region and account of the request may be <c>*</c>: any.
    /// </summary>
    public static bool MatchResource(string pattern, string resource)
    {
        if (pattern == "*") return true;
        var (wanted, given) = (pattern.Split(':', Segments), resource.Split(':', Segments));
        return wanted.Length == given.Length
            && wanted.Zip(given).Select((pair, i) => (i is Region or Account && pair.Second == "*") || Match(pair.First, pair.Second)).All(fits => fits);
    }

    const int Segments = 5, Region = 2, Account = 3;

    static bool Same(char a, char b, bool ignoreCase) => a == b || (ignoreCase && char.ToUpperInvariant(a) == char.ToUpperInvariant(b));
}
