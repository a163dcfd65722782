using Broker.Api.Authentication;
using CsCheck;

namespace Broker.Tests.Api;

public class CapabilityTests
{
    static readonly string Secret = new('A', 43);

    [Fact]
    public void What_was_made_is_read_and_matches_its_own_hash_alone() =>
        Gen.Const(0).Sample(_ =>
        {
            var made = Capability.Create(Capability.ApiKey);
            var read = Capability.TryParse(Capability.ApiKey, made.Reveal())!;
            return read.Id == made.Id && read.Matches(made.SecretHash) && !read.Matches(null) && !read.Matches(Capability.Create(Capability.ApiKey).SecretHash);
        }, iter: 200);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("bk")]
    [InlineData("bk_a")]
    [InlineData("bk__{0}")]
    [InlineData("bk_A_{0}")]
    [InlineData("bk_a/b_{0}")]
    [InlineData("cu_a_{0}")]
    [InlineData("bk_a_{0}A")]
    [InlineData("bk_a_{0} ")]
    [InlineData("bk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_{0}")]
    public void What_is_not_of_its_form_is_refused(string? text) =>
        Assert.Null(Capability.TryParse(Capability.ApiKey, text?.Replace("{0}", Secret, StringComparison.Ordinal)));
}
