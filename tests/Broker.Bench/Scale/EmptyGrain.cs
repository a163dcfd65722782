namespace Broker.Bench.Scale;

/// <summary>A grain that has nothing: what Orleans itself takes to activate one.</summary>
[Alias("Broker.Bench.IEmptyGrain")]
interface IEmptyGrain : IGrainWithStringKey
{
    /// <summary>Answers.</summary>
    [Alias("Answer")]
    Task Answer();
}

/// <summary>Asks nobody and stores nothing.</summary>
[GrainType("empty")]
sealed class EmptyGrain : Grain, IEmptyGrain
{
    public Task Answer() => Task.CompletedTask;
}
