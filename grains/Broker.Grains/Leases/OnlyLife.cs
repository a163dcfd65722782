namespace Broker.Grains.Leases;

/// <summary>The epochs of what is made once and ends once: ids are random, and none is used again.</summary>
static class OnlyLife
{
    public const long Alive = 0, Ended = 1;
}
