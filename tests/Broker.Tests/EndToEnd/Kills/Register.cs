namespace Broker.Tests.EndToEnd.Kills;

/// <summary>What the test knows of one thing: its value, or both values when a change of it was not acknowledged.</summary>
sealed class Register<T>(T initial)
{
    T[] _possible = [initial];

    /// <summary>What it may be.</summary>
    public IReadOnlyList<T> Possible => _possible;

    /// <summary>The value; demands that there is no doubt.</summary>
    public T Value => Assert.Single(_possible);

    /// <summary>Whether the last change was not acknowledged, and nobody has looked since.</summary>
    public bool InDoubt => _possible.Length > 1;

    /// <summary>A change is on its way: it may come about or not.</summary>
    public void Begin(T next) => _possible = [Value, next];

    /// <summary>The change was acknowledged, or this was read: it must be one of the values that are possible.</summary>
    public void Settle(T actual, string of)
    {
        Assert.True(_possible.Contains(actual), $"{of} is {actual}, but must be {string.Join(" or ", _possible)}");
        _possible = [actual];
    }
}
