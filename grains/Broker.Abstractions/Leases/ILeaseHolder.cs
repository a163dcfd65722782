namespace Broker;

/// <summary>An API process, as grains call back what it may answer by itself.</summary>
[Alias("Broker.ILeaseHolder")]
public interface ILeaseHolder : IGrainObserver
{
    /// <summary>
    /// Drops the copy of what the grain of this key has given, and from here on every answer of it with a lower epoch. When
    /// this has returned, the process answers with nothing older.
    /// </summary>
    [Alias("Recall")]
    Task Recall(string grainKey, long epoch);
}

/// <summary>What a grain answers to an API process, which may answer with it for a while: <see cref="LeaseTerm"/>.</summary>
/// <param name="Value">The answer.</param>
/// <param name="Epoch">Grows with each change that ends earlier answers, also from one activation of the grain to the next.</param>
[GenerateSerializer, Immutable, Alias("Broker.Leased`1")]
public sealed record Leased<T>([property: Id(0)] T Value, [property: Id(1)] long Epoch) where T : class
{
    /// <inheritdoc/>
    public override string ToString() => $"{typeof(T).Name} of epoch {Epoch}";
}

/// <summary>For how long an API process answers from a copy: on a monotonic clock, from when it sent its request to the grain.</summary>
public static class LeaseTerm
{
    /// <summary>So long by itself.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(5);

    /// <summary>So long while the grain cannot be reached. A process that answers no recall answers from no copy after this.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>
    /// After so long whatever a change ended has ended, however it was cut off. Longer than a lease, because it is told by the
    /// time of the change, and the clocks of processes differ.
    /// </summary>
    public static readonly TimeSpan Settled = 2 * Longest;
}
