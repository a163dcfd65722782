namespace Broker.Api.Authentication.Oidc;

/// <summary>An issuer that broke a rule; the message says which, and quotes nothing of its answer.</summary>
sealed class IssuerException(string rule) : Exception(rule);
