namespace Broker;

/// <summary>Which part of a list is wanted.</summary>
/// <param name="Size">How many items at most; 1 to 1,000.</param>
/// <param name="After">The token of the page before; null: the first page.</param>
[GenerateSerializer, Immutable, Alias("Broker.PageRequest")]
public sealed record PageRequest([property: Id(0)] int Size = 100, [property: Id(1)] string? After = null);

/// <summary>A part of a list.</summary>
/// <param name="Items">The items, in the list's order.</param>
/// <param name="NextPageToken">The token of the next page; null: this was the last.</param>
[GenerateSerializer, Immutable, Alias("Broker.Page`1")]
public sealed record Page<T>([property: Id(0)] T[] Items, [property: Id(1)] string? NextPageToken)
{
    /// <summary>The same page, of what each item is shown as.</summary>
    public Page<TShown> Select<TShown>(Func<T, TShown> show) => new(Array.ConvertAll(Items, item => show(item)), NextPageToken);
}
