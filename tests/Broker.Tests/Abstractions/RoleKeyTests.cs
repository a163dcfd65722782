using CsCheck;

namespace Broker.Tests.Abstractions;

public class RoleKeyTests
{
    static readonly Gen<string> Name = Gen.String[Gen.Char["abcdef0189-"], 1, 63].Where(Names.IsValid);

    [Fact]
    public void A_grain_key_round_trips() =>
        Gen.Select(Name, Name).Sample((tenant, role) => RoleKey.Parse(new RoleKey(tenant, role).ToString()) == new RoleKey(tenant, role));

    [Fact]
    public void Two_tenants_never_share_a_key() =>
        Gen.Select(Name, Name, Name, Name).Sample((t1, r1, t2, r2) =>
            (new RoleKey(t1, r1).ToString() == new RoleKey(t2, r2).ToString()) == (t1 == t2 && r1 == r2));

    [Theory]
    [InlineData("")]
    [InlineData("r/a")]
    [InlineData("r/a/b/c")]
    [InlineData("t/a/b")]
    [InlineData("r/A/b")]
    [InlineData("r/a/-b")]
    [InlineData("r/a/b ")]
    public void What_is_not_a_role_key_is_refused(string key) => Assert.Throws<FormatException>(() => RoleKey.Parse(key));

    [Theory]
    [InlineData("tenants/a/", null)]
    [InlineData("", null)]
    [InlineData("a", "end in")]
    [InlineData("/a/", "begin")]
    [InlineData("\\a/", "begin")]
    [InlineData("a//", "'//'")]
    [InlineData("a/../", "segment")]
    [InlineData("./", "segment")]
    [InlineData("a*/", "'*'")]
    [InlineData("a?/", "'?'")]
    [InlineData("${x}/", "'${'")]
    [InlineData("a\n/", "control")]
    public void A_prefix_follows_its_rules(string prefix, string? broken)
    {
        if (broken is null) Assert.Null(KeyPrefix.BrokenRule(prefix));
        else Assert.Contains(broken, KeyPrefix.BrokenRule(prefix), StringComparison.Ordinal);
    }

    [Fact]
    public void A_prefix_with_half_a_surrogate_pair_is_refused() =>
        Assert.Equal("must be well-formed Unicode", KeyPrefix.BrokenRule("a\ud800/"));
}
