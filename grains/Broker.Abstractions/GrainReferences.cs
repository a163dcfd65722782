using Orleans.Runtime;

namespace Broker;

/// <summary>References of grains of one kind. Orleans reads the interface's attributes for each that is asked for by its type; here it does once.</summary>
/// <typeparam name="T">The interface.</typeparam>
static class GrainReferences<T> where T : IGrainWithStringKey
{
    sealed record Kind(GrainType Grain, GrainInterfaceType Interface);

    static Kind? _kind;

    public static T Get(IGrainFactory grains, string key)
    {
        if (_kind is { } kind) return (T)grains.GetGrain(GrainId.Create(kind.Grain, key), kind.Interface);
        var first = grains.GetGrain<T>(key);
        if (first is GrainReference reference) _kind = new(reference.GrainId.Type, reference.InterfaceType);
        return first;
    }
}
