using Orleans.Concurrency;

namespace Broker;

/// <summary>One role of one tenant; its key is <see cref="RoleKey"/>.</summary>
[Alias("Broker.IRoleGrain")]
public interface IRoleGrain : IGrainWithStringKey
{
    /// <summary>Credentials with at least this much life left, which the API process may answer with for a while.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="minRemaining">The life that is needed.</param>
    /// <param name="holder">The API process.</param>
    /// <param name="served">How often it has answered from its copy since it last asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [Alias("LeaseCredentials"), AlwaysInterleave]
    Task<Leased<CredentialSnapshot>> LeaseCredentials(Caller caller, TimeSpan minRemaining, ILeaseHolder holder, long served, CancellationToken cancellationToken);

    /// <summary>Credentials for a part of what the role may do, kept in memory only.</summary>
    [Alias("GetNarrowedCredentials"), AlwaysInterleave]
    Task<CredentialSnapshot> GetNarrowedCredentials(Caller caller, SessionNarrowing part, TimeSpan minRemaining, CancellationToken cancellationToken);

    /// <summary>Signs URLs, all or none, in the order of the requests.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="requests">What.</param>
    /// <param name="batch">Whether the requests stand in a list of the body, so that errors name their place in it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [Alias("SignUrls"), AlwaysInterleave]
    Task<SignedUrlBatch> SignUrls(Caller caller, SignUrl[] requests, bool batch, CancellationToken cancellationToken);

    /// <summary>Signs an upload form.</summary>
    [Alias("SignForm"), AlwaysInterleave]
    Task<PostForm> SignForm(Caller caller, PostFormRequest request, CancellationToken cancellationToken);

    /// <summary>Signs the form of Alibaba Cloud's guide. <see cref="ErrorCode.NotPermittedByPolicy"/> where that form cannot carry the role's bounds.</summary>
    [Alias("SignGuideForm"), AlwaysInterleave]
    Task<GuideForm> SignGuideForm(Caller caller, CancellationToken cancellationToken);

    /// <summary>The settings.</summary>
    [Alias("GetSettings"), AlwaysInterleave]
    Task<RoleSettings> GetSettings(Caller caller, CancellationToken cancellationToken);

    /// <summary>
    /// Sets the settings. When it has answered, the grain vends nothing that was minted under a policy that was replaced;
    /// after <see cref="Settle"/> nobody does.
    /// </summary>
    [Alias("PutSettings")]
    Task<RolePut> PutSettings(Caller caller, RoleDefinition definition, Precondition precondition, CancellationToken cancellationToken);

    /// <summary>The versions that stood, the present one included, newest first; the last <see cref="RoleRules.KeptVersions"/>.</summary>
    [Alias("GetVersions"), AlwaysInterleave]
    Task<RoleSettings[]> GetVersions(Caller caller, CancellationToken cancellationToken);

    /// <summary>Makes a new version with the settings of an old one. <see cref="ErrorCode.NotFound"/> when it is not kept.</summary>
    [Alias("Rollback")]
    Task<RolePut> Rollback(Caller caller, long version, Precondition precondition, CancellationToken cancellationToken);

    /// <summary>Ends the role: it vends nothing from here on, and its credential URLs end with it. <see cref="Settle"/> completes it.</summary>
    [Alias("Delete")]
    Task Delete(Caller caller, Precondition precondition, CancellationToken cancellationToken);

    /// <summary>Mints now, whatever is cached, and forgets a remembered failure first.</summary>
    [Alias("Refresh"), AlwaysInterleave]
    Task<RoleRefresh> Refresh(Caller caller, CancellationToken cancellationToken);

    /// <summary>Drops what is cached, narrowed sessions included, and a remembered failure. <see cref="Settle"/> completes it.</summary>
    [Alias("Revoke")]
    Task Revoke(Caller caller, CancellationToken cancellationToken);

    /// <summary>What the settings would mean if they were put. Changes nothing, and calls nobody.</summary>
    [Alias("Preview"), AlwaysInterleave]
    Task<Preview> Preview(Caller caller, RoleDefinition definition, CancellationToken cancellationToken);

    /// <summary>Whether a session of the role would be allowed a request, and why.</summary>
    [Alias("Explain"), AlwaysInterleave]
    Task<Explanation> Explain(Caller caller, ExplainRequest request, CancellationToken cancellationToken);

    /// <summary>The condition.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="served">How often the API process has answered from its copy since it last asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [Alias("GetStatus"), AlwaysInterleave]
    Task<RoleStatus> GetStatus(Caller caller, long served, CancellationToken cancellationToken);

    /// <summary>What bounds how often it is asked; nothing where there is no such role.</summary>
    [Alias("GetRates"), AlwaysInterleave]
    Task<RequestRates> GetRates(CancellationToken cancellationToken);

    /// <summary>
    /// After vending was stopped: waits for what was being minted then, drops narrowed sessions, and waits until no API process
    /// answers from an older copy, which takes <see cref="LeaseTerm.Longest"/> at most. Who asks for the exposure next hears of
    /// all of it.
    /// </summary>
    [Alias("Settle"), AlwaysInterleave]
    Task Settle(CancellationToken cancellationToken);

    /// <summary>Every credential of the role that still lives. The role itself may be gone already.</summary>
    [Alias("GetExposure"), AlwaysInterleave]
    Task<Exposure[]> GetExposure(Caller caller, CancellationToken cancellationToken);

    /// <summary>The tenant tells its roles what binds them now. An older version than the known one changes nothing.</summary>
    [Alias("TenantChanged"), AlwaysInterleave]
    Task TenantChanged(TenantSettings tenant, CancellationToken cancellationToken);

    /// <summary>The tenant is gone, and the role with it. Interleaves, because the tenant waits for it.</summary>
    [Alias("TenantDeleted"), AlwaysInterleave]
    Task TenantDeleted(Caller caller, CancellationToken cancellationToken);
}
