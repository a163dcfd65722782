namespace Broker.Api.Calls;

/// <summary>What tells a call which tenant and role it is about.</summary>
enum CallTarget
{
    /// <summary>The path: <c>{tenant}</c> and <c>{role}</c>, or neither for the platform.</summary>
    Path,
    /// <summary>The calling API key: its tenant and default role.</summary>
    DefaultRole,
    /// <summary>The credential URL, which is at once the credential.</summary>
    CredentialUrl,
}

/// <summary>
/// The rule of a route: what its caller must be permitted. Every route that needs a caller has one; it stands beside the
/// route, so that the routes are the table of permissions.
/// </summary>
/// <param name="Name">The operation's name, in the audit and in the OpenAPI document.</param>
/// <param name="Action">What the caller must be permitted.</param>
/// <param name="Target">On what.</param>
/// <param name="Changes">Whether it is an administrative change, which is in the audit before it is answered.</param>
sealed record RouteRule(string Name, BrokerAction Action, CallTarget Target, bool Changes);
