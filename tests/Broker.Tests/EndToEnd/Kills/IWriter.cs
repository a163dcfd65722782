namespace Broker.Tests.EndToEnd.Kills;

/// <summary>Changes things of its own, one change after the other, and knows what must be there afterwards.</summary>
interface IWriter
{
    /// <summary>One change, at random.</summary>
    /// <exception cref="UnacknowledgedException">What it changed is in doubt until the next check.</exception>
    Task ChangeAsync(Life life);

    /// <summary>Demands that everything is as it was acknowledged; where that is in doubt, one or the other, and whole.</summary>
    Task CheckAsync(Life life);
}
