using Broker.AlibabaCloud.Ram;
using Broker.Tests.Grains.Roles;

namespace Broker.Tests.Grains.Minting;

public class SessionTermsTests
{
    /// <summary>A role whose policy has so many bytes: the hundred letters of its prefix have two each.</summary>
    static RoleSettings OfBytes(int bytes)
    {
        RoleDefinition Padded(int ascii, int wide) => new()
        {
            Storage = "main", Access = ["read"], SubPrefix = $"{new string('ü', wide)}/",
            ExtraStatements = [$$"""{"Effect":"Deny","Action":"*","Resource":"{{new string('x', ascii)}}"}"""],
        };
        var least = SessionPolicy.Bytes(Compiled.Terms(Compiled.Settings(Padded(0, 100))).Policy);
        return Compiled.Settings(Padded(bytes - least, 100));
    }

    [Fact]
    public void A_policy_of_as_many_bytes_as_STS_accepts_compiles() =>
        Assert.Equal(2047, SessionPolicy.Bytes(Compiled.Terms(OfBytes(2047)).Policy));

    [Fact]
    public void One_byte_more_is_refused_though_it_has_fewer_characters()
    {
        var refusal = Assert.Throws<BrokerException>(() => Compiled.Terms(OfBytes(2048)));
        Assert.Equal((ErrorCode.PolicyTooLong, "compiles to a session policy of 2048 bytes; STS accepts 2047"), (refusal.Code, refusal.Errors["definition"].Single()));
    }
}
