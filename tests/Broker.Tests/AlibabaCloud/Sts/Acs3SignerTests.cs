using Broker.AlibabaCloud.Sts;

namespace Broker.Tests.AlibabaCloud.Sts;

public class Acs3SignerTests
{
    public static TheoryData<string> Vectors => KnownAnswers.Ids("acs3-hmac-sha256");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void The_signer_gives_the_vendors_known_answers(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        var request = new Acs3Request(input.Text("method"), input.Text("pathname"), input.Pairs("query"), input.List("headers"), input.Text("payload_hash"));

        Assert.Equal(expected.Text("canonical_request"), Acs3Signer.CanonicalRequest(request));
        Assert.Equal(expected.Text("string_to_sign"), Acs3Signer.StringToSign(Acs3Signer.CanonicalRequest(request)));
        Assert.Equal(expected.Text("authorization"), Acs3Signer.Authorization(request, input.Text("access_key_id"), input.Text("secret")));
    }
}
