namespace Broker.Grains.Tenants;

/// <summary>Pages of things that are found by a list of their names. Names whose thing is not there are passed over.</summary>
static class Listing
{
    /// <param name="page">The part that is wanted.</param>
    /// <param name="names">So many names after this one, in ordinal order.</param>
    /// <param name="find">The thing of a name; null where there is none.</param>
    /// <param name="nameOf">The name of a thing.</param>
    public static async Task<Page<T>> PageAsync<T>(PageRequest page, Func<string, int, Task<IReadOnlyList<string>>> names, Func<string, Task<T?>> find, Func<T, string> nameOf)
        where T : class
    {
        var (items, after) = (new List<T>(), page.After ?? "");
        while (true)
        {
            // One more than is wanted tells whether there is a next page.
            var wanted = page.Size + 1 - items.Count;
            var next = await names(after, wanted);
            items.AddRange((await Task.WhenAll(next.Select(find))).OfType<T>());
            if (items.Count > page.Size) return new([.. items.Take(page.Size)], nameOf(items[page.Size - 1]));
            if (next.Count < wanted) return new([.. items], null);
            after = next[^1];
        }
    }

    /// <summary>The same, of names in memory.</summary>
    public static Task<Page<T>> PageAsync<T>(PageRequest page, IEnumerable<string> all, Func<string, Task<T?>> find, Func<T, string> nameOf)
        where T : class
    {
        var sorted = all.Order(StringComparer.Ordinal).ToList();
        return PageAsync(page, (after, count) => Task.FromResult<IReadOnlyList<string>>([.. sorted.SkipWhile(n => string.CompareOrdinal(n, after) <= 0).Take(count)]), find, nameOf);
    }
}
