using Broker.Grains.Sealing;
using Orleans.Serialization;

namespace Broker.Grains.Roles;

/// <summary>The stored credentials of roles as rows of the database: for who changes their seal and nothing else, outside the grains.</summary>
/// <param name="sealer">The master keys.</param>
/// <param name="serializer">The one that the grain storage has.</param>
public sealed class CredentialRows(CredentialSealer sealer, Serializer serializer)
{
    /// <summary>The state name of the rows.</summary>
    public const string StateName = RoleCredentialsState.Name;

    /// <summary>Seals the credentials in a row again where another master key than the active one has sealed them.</summary>
    /// <param name="grainKey">The row's grain key.</param>
    /// <param name="payload">The row's payload, as stored.</param>
    /// <param name="resealed">The new payload, when the answer is <see cref="Resealing.Resealed"/>; otherwise empty.</param>
    public Resealing Reseal(string grainKey, byte[] payload, out byte[] resealed)
    {
        resealed = [];
        if (Read(payload) is not { } state) return Resealing.Unreadable;
        if (state.Envelope.Length == 0) return Resealing.None;
        var result = sealer.Reseal(grainKey, StateName, state.Envelope, out var envelope);
        if (result == Resealing.Resealed) resealed = serializer.SerializeToArray(state with { Envelope = envelope });
        return result;
    }

    RoleCredentialsState? Read(byte[] payload)
    {
        // The serializer has no one kind of error for bytes that are none of its own.
        try { return serializer.Deserialize<RoleCredentialsState>(payload); }
        catch (Exception e) when (e is not OutOfMemoryException) { return null; }
    }
}
