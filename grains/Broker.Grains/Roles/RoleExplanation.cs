using System.Globalization;
using Broker.AlibabaCloud.Ram;
using Broker.Grains.Minting;

namespace Broker.Grains.Roles;

/// <summary>Explains what a role's sessions may do. Pure.</summary>
static class RoleExplanation
{
    /// <summary>Actions on the bucket that name a prefix, by OSS's page on authorization elements.</summary>
    static readonly string[] Listings = ["oss:ListObjects", "oss:ListObjectVersions", "oss:ListMultipartUploads"];

    /// <summary>What the role's session policy says to the request.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.InvalidRequest"/>: the request is malformed.</exception>
    public static Explanation Of(SessionTerms terms, ExplainRequest request, DateTimeOffset now)
    {
        request.Validate(terms.Prefix);
        var lists = Listings.Contains(request.Action, StringComparer.OrdinalIgnoreCase);
        var resource = lists || request.Key.Length == 0 ? Bucket(terms) : $"{Bucket(terms)}/{terms.Prefix}{request.Key}";
        var context = new Dictionary<string, string>
        {
            [PolicyRequest.SecureTransport] = request.SecureTransport ? "true" : "false",
            [PolicyRequest.CurrentTime] = now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        };
        if (lists) context[PolicyRequest.Prefix] = terms.Prefix + request.Key;
        if (request.SourceAddress is { } address) context[PolicyRequest.SourceIp] = address;
        var verdict = PolicyExplanation.Explain(terms.Policy, new(request.Action, resource, context));
        return new(verdict.Allowed, verdict.Reason, verdict.Statement, resource);
    }

    // Region and account stay open, as in the compiled policy: a bucket's name is the only one of all
    // regions and accounts, and its account may be another than the RAM role's.
    static string Bucket(SessionTerms terms) => $"acs:oss:*:*:{terms.Place.Bucket}";
}
