namespace Broker.Api.Settings;

/// <summary>How near two names are, whatever their case.</summary>
static class Spelling
{
    const int ShortName = 8;

    /// <summary>The name that is nearest to the given one.</summary>
    public static string Nearest(string given, IEnumerable<string> names) => names.MinBy(name => Distance(given, name))!;

    /// <summary>Whether one is the other with a slip or two.</summary>
    public static bool IsNear(string given, string name) => Distance(given, name) <= (name.Length < ShortName ? 1 : 2);

    /// <summary>How many letters must be changed, added or left out.</summary>
    static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 0; i < from.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 0; j < to.Length; j++)
            {
                var changed = diagonal + (char.ToUpperInvariant(from[i]) == char.ToUpperInvariant(to[j]) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(changed, Math.Min(row[j], row[j + 1]) + 1);
            }
        }
        return row[^1];
    }
}
