using Broker.Grains.Roles;

namespace Broker.Tests.Grains.Roles;

public class RoleWarningsTests
{
    static readonly RoleDefinition Quiet = new() { Storage = "main", Access = ["read", "list", "delete"] };

    static readonly Dictionary<string, (RoleDefinition Role, int Bytes)> Cases = new()
    {
        ["durationSeconds is below 1920:"] = (Quiet with { DurationSeconds = 1919 }, 500),
        ["signedUrls.maxExpiresIn is above half of durationSeconds, 1800:"] = (Quiet with { SignedUrls = new() { MaxExpiresIn = 1801 } }, 500),
        ["uploads.maxExpiresIn is above half of durationSeconds, 1800:"] = (Quiet with { Uploads = new() { MaxExpiresIn = 1801 } }, 500),
        ["access has write: size can be limited by forms only;"] = (Quiet with { Access = ["write"] }, 500),
        ["access is empty:"] = (Quiet with { Access = [] }, 500),
        ["conditions.sourceNetworks binds signed URLs and forms too:"] = (Quiet with { Conditions = new() { SourceNetworks = ["10.0.0.0/8"] } }, 500),
        ["The session policy has 1638 of 2047 bytes:"] = (Quiet, 1638),
        ["disabled is true:"] = (Quiet with { Disabled = true }, 500),
        ["uploads binds nothing:"] = (Quiet with { Uploads = new() { ContentTypes = ["image/*"] } }, 500),
    };

    public static TheoryData<string> Beginnings => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Beginnings))]
    public void What_may_surprise_is_said_in_a_sentence(string beginning)
    {
        var warning = Assert.Single(Warnings(Cases[beginning].Role, Cases[beginning].Bytes));
        Assert.StartsWith(beginning, warning, StringComparison.Ordinal);
        Assert.EndsWith(".", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_said_at_the_bounds() => Assert.Empty(Warnings(
        Quiet with { DurationSeconds = 1920, Uploads = new() { MaxExpiresIn = 960 }, SignedUrls = new() { MaxExpiresIn = 960 }, Conditions = new() { SecureTransport = true } }, 1637));

    [Fact]
    public void Bounds_of_uploads_do_not_bind_the_session_itself() => Assert.Contains(
        Warnings(Quiet with { Access = ["write"], Uploads = new() { ForbidOverwrite = true } }, 500), warning => warning.Contains("the session itself", StringComparison.Ordinal));

    static string[] Warnings(RoleDefinition role, int bytes) => [.. RoleWarnings.Of(RoleRules.WithDefaults(role), bytes)];
}
