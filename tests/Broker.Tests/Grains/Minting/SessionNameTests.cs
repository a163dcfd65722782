using System.Text.RegularExpressions;
using Broker.Grains.Minting;
using CsCheck;

namespace Broker.Tests.Grains.Minting;

public partial class SessionNameTests
{
    static readonly Gen<string> Name = Gen.String[Gen.Char["abcxyz019-"], 1, 63].Where(Names.IsValid);

    [GeneratedRegex(@"\A[A-Za-z0-9.@_-]{2,64}\z")]
    private static partial Regex StsRule { get; }

    [Fact]
    public void A_session_name_is_valid_and_begins_as_tenant_and_role_do() =>
        Gen.Select(Name, Name).Sample((tenant, role) =>
        {
            var parts = SessionName.Of(new(tenant, role)).Split('@');
            return StsRule.IsMatch(string.Join('@', parts)) && parts.Length == 2
                && tenant.StartsWith(parts[0], StringComparison.Ordinal) && role.StartsWith(parts[1].Split('.')[0], StringComparison.Ordinal);
        });

    [Fact]
    public void A_short_one_is_whole() => Assert.Equal("acme@uploads", SessionName.Of(new("acme", "uploads")));

    [Fact]
    public void Long_names_that_begin_alike_are_told_apart()
    {
        var a = SessionName.Of(new(new string('a', 63), new string('b', 62) + "1"));
        var b = SessionName.Of(new(new string('a', 63), new string('b', 62) + "2"));
        Assert.NotEqual(a, b);
        Assert.Equal(64, a.Length);
    }
}
