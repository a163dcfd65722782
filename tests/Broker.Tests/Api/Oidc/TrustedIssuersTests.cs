using Broker.Api.Authentication.Oidc;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Api.Oidc;

public class TrustedIssuersTests
{
    [Fact]
    public void Of_too_many_issuers_the_longest_unused_goes()
    {
        var clock = new FakeTimeProvider();
        using var documents = new IssuerDocuments(IssuerConnections.CreateHandler(new()), clock);
        var issuers = new TrustedIssuers(documents, clock, NullLogger<IssuerKeys>.Instance);
        IssuerKeys Use(string issuer)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return issuers.Keys(issuer);
        }

        var (kept, unused) = (Use("https://kept"), Use("https://unused"));
        for (var i = 0; i < 998; i++) Use($"https://x{i}");
        Assert.Same(kept, Use("https://kept"));
        Use("https://one-more");
        Assert.Same(kept, Use("https://kept"));
        Assert.NotSame(unused, Use("https://unused"));
    }
}
