using System.Security.Cryptography;
using System.Text;
using Broker.Grains.Minting;
using Orleans.Concurrency;

namespace Broker.Grains.Narrowing;

/// <summary>What a narrowed session is made from: the role and tenant as its role's grain holds them, and the narrowing.</summary>
[GenerateSerializer, Immutable, Alias("Broker.NarrowedSession")]
sealed record NarrowedSession([property: Id(0)] RoleSettings Role, [property: Id(1)] TenantSettings Tenant, [property: Id(2)] SessionNarrowing Narrowing)
{
    /// <summary><c>n/{tenant}/{role}/{hash of the narrowing}</c></summary>
    public string GrainKey
    {
        get
        {
            var text = $"{Narrowing.Prefix}\0{(Narrowing.Access is null ? "*" : string.Join(',', Narrowing.Access.Order(StringComparer.Ordinal)))}";
            return $"n/{Role.Key.Tenant}/{Role.Key.Role}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32]}";
        }
    }

    public SessionTerms Terms()
    {
        var definition = Role.Definition;
        var narrowed = definition with { SubPrefix = definition.SubPrefix + Narrowing.Prefix, Access = Narrowing.Access ?? definition.Access };
        return SessionTerms.Compile(Role with { Definition = narrowed }, Tenant.Definition);
    }
}

/// <summary>One narrowed session; its key is <see cref="NarrowedSession.GrainKey"/>. Asked by its role's grain only, which is the gate.</summary>
[Alias("Broker.INarrowedCredentialsGrain")]
interface INarrowedCredentialsGrain : IGrainWithStringKey
{
    [Alias("Get"), AlwaysInterleave]
    Task<CredentialSnapshot> Get(NarrowedSession session, TimeSpan minRemaining, CancellationToken cancellationToken);

    /// <summary>Drops what is cached, and returns when nothing is being minted any more.</summary>
    [Alias("Drop"), AlwaysInterleave]
    Task Drop(CancellationToken cancellationToken);
}

/// <summary>How many narrowed sessions a tenant has, and how fast it makes them; its key is <c>m/{tenant}</c>.</summary>
[Alias("Broker.INarrowedLimitsGrain")]
interface INarrowedLimitsGrain : IGrainWithStringKey
{
    /// <summary>Permits one mint. <see cref="ErrorCode.RateLimited"/> when the tenant has too many sessions or makes them too fast.</summary>
    [Alias("Admit")]
    Task Admit(string session, int mostSessions, DateTimeOffset endsBy);

    /// <summary>The session is no longer used.</summary>
    [Alias("Release"), OneWay]
    Task Release(string session);
}
