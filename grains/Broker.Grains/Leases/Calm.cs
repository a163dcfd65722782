namespace Broker.Grains.Leases;

/// <summary>
/// Whether an earlier activation of a grain can have left leases behind. An activation that ends in good order calls its leases
/// back, or has not been asked for longer than they last; one that ends otherwise ends with its silo. So only who comes soon
/// after a silo has gone, or has come itself, must reckon with leases that it knows nothing of.
/// </summary>
sealed class Calm : ISiloStatusListener
{
    readonly TimeProvider _clock;
    long _disturbedAt;

    public Calm(ISiloStatusOracle silos, TimeProvider clock)
    {
        (_clock, _disturbedAt) = (clock, clock.GetTimestamp());
        silos.SubscribeToSiloStatusEvents(this);
    }

    /// <summary>Whether no silo has come or gone for as long as a lease lasts, and this one is as old.</summary>
    public bool Prevails => _clock.GetElapsedTime(Volatile.Read(ref _disturbedAt)) >= LeaseTerm.Longest;

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status) => Volatile.Write(ref _disturbedAt, _clock.GetTimestamp());
}
