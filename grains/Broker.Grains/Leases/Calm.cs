namespace Broker.Grains.Leases;

/// <summary>
/// Whether an earlier activation of a grain can have left leases behind. One that ends in good order calls its leases back, or
/// has not been asked for longer than they last. One that ends otherwise ends with its silo, or soon after a silo has gone. So
/// only who comes soon after that, or after the start of its own silo, must reckon with leases that it knows nothing of.
/// </summary>
sealed class Calm : ISiloStatusListener
{
    /// <summary>Twice a lease: what was given while it was not recalled, and what is left of it. And some seconds until every silo has heard.</summary>
    static readonly TimeSpan Long = 2 * LeaseTerm.Longest + TimeSpan.FromSeconds(5);

    readonly TimeProvider _clock;
    long _disturbedAt;

    public Calm(ISiloStatusOracle silos, TimeProvider clock)
    {
        (_clock, _disturbedAt) = (clock, clock.GetTimestamp());
        EndsUnnoticed = () => silos.CurrentStatus != SiloStatus.Active || Quiet < LeaseTerm.Longest;
        silos.SubscribeToSiloStatusEvents(this);
    }

    /// <summary>Whether a new activation finds no leases.</summary>
    public bool Prevails => Quiet >= Long;

    /// <summary>
    /// Whether an activation that ends need not call its leases back: its silo stops, or a silo has just gone, and with it, maybe,
    /// a process that would be waited for in vain. The next activation finds no calm. One delegate, for the books of all.
    /// </summary>
    public Func<bool> EndsUnnoticed { get; }

    TimeSpan Quiet => _clock.GetElapsedTime(Volatile.Read(ref _disturbedAt));

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status) => Volatile.Write(ref _disturbedAt, _clock.GetTimestamp());
}
