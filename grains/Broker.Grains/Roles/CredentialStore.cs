using Broker.Grains.Sealing;
using Broker.Grains.Storage;
using Broker.Grains.Telemetry;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;

namespace Broker.Grains.Roles;

/// <summary>Keeps a role's credentials sealed in storage, so that a restart costs no call of STS.</summary>
sealed partial class CredentialStore(
    CredentialSealer sealer, Serializer<StoredCredentials> serializer, GrainTelemetry telemetry, ILogger<CredentialStore> logger)
{
    /// <summary>
    /// The stored credentials; null when there are none, when they were minted under other terms, or when the envelope does
    /// not open, which is counted and logged but never fatal: the role is minted anew. The envelope itself is not kept.
    /// </summary>
    public CredentialSnapshot? Open(RoleKey key, IPersistentState<RoleCredentialsState> state, string terms)
    {
        var envelope = state.State.Envelope;
        if (envelope.Length == 0) return null;
        state.State = RoleCredentialsState.Stored;
        if (sealer.TryOpen(key.ToString(), RoleCredentialsState.Name, envelope) is not { } content)
        {
            telemetry.EnvelopeUnopened();
            LogUnopened(key);
            return null;
        }
        var stored = serializer.Deserialize(content);
        return stored?.Terms == terms ? stored.Snapshot : null;
    }

    /// <summary>Seals and writes. Never fails: without a database renewals go on, and a restart then mints once more.</summary>
    public async Task SaveAsync(RoleKey key, IPersistentState<RoleCredentialsState> state, CredentialSnapshot snapshot, string terms)
    {
        var content = serializer.SerializeToArray(new StoredCredentials(snapshot, terms));
        var next = new RoleCredentialsState { Envelope = sealer.Seal(key.ToString(), RoleCredentialsState.Name, content) };
        try
        {
            await state.SaveAsync(next);
            // A change may be removing it already.
            if (ReferenceEquals(state.State, next)) state.State = RoleCredentialsState.Stored;
        }
        catch (BrokerException e) { LogUnsaved(key, e.Code); }
    }

    /// <summary>Removes what is stored.</summary>
    /// <exception cref="BrokerException">The storage failed.</exception>
    public static Task RemoveAsync(IPersistentState<RoleCredentialsState> state) =>
        state.State.Envelope.Length == 0 ? Task.CompletedTask : state.SaveAsync(new());

    [LoggerMessage(LogLevel.Error, "The stored credentials of {Role} do not open: damaged, of another row, or their master key is gone. They are minted anew.")]
    partial void LogUnopened(RoleKey role);

    [LoggerMessage(LogLevel.Warning, "The credentials of {Role} were not stored ({Code}); a restart would mint them again.")]
    partial void LogUnsaved(RoleKey role, string code);
}
