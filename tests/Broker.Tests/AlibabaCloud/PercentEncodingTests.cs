using System.Text;
using Broker.AlibabaCloud;
using Broker.AlibabaCloud.Oss;
using Broker.AlibabaCloud.Sts;
using CsCheck;

namespace Broker.Tests.AlibabaCloud;

/// <summary>The parts that every signature is made of.</summary>
public class PercentEncodingTests
{
    public static TheoryData<string> Values => KnownAnswers.Ids("acs-percent-encode");
    public static TheoryData<string> Paths => KnownAnswers.Ids("acs-percent-encode-path");
    public static TheoryData<string> Queries => KnownAnswers.Ids("acs3-canonical-query");
    public static TheoryData<string> Hashes => KnownAnswers.Ids("sha256-hex");
    public static TheoryData<string> Codes => KnownAnswers.Ids("hmac-sha1-base64");

    [Theory]
    [MemberData(nameof(Values))]
    public void Values_are_encoded(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        Assert.Equal(expected.Text("encoded"), PercentEncoding.Encode(input.Text("value")));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Paths_keep_their_slashes(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        Assert.Equal(expected.Text("encoded"), Written(input.Text("value"), (byte)'/'));
    }

    [Fact]
    public void Any_text_is_encoded_alike_in_lent_memory() =>
        Gen.String.Sample(value => Written(value, 0) == PercentEncoding.Encode(value) && Written(value, (byte)'/') == PercentEncoding.Encode(value).Replace("%2F", "/", StringComparison.Ordinal));

    /// <summary>Written behind other text, with too little room for both.</summary>
    static string Written(string value, byte kept)
    {
        var text = new Utf8Text(1);
        try
        {
            text.Add("before");
            text.AddEncoded(value, kept);
            return Encoding.ASCII.GetString(text.Written)["before".Length..];
        }
        finally { text.Dispose(); }
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void Queries_are_sorted(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        Assert.Equal(expected.Text("canonical"), PercentEncoding.EncodeSorted(input.Pairs("query")));
    }

    [Theory]
    [MemberData(nameof(Hashes))]
    public void Texts_are_hashed(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        Assert.EndsWith($"\n{expected.Text("hex")}", Acs3Signer.StringToSign(input.Text("message")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Texts_are_signed_in_V1(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        Assert.Equal(expected.Text("signature"), OssV1PolicySigner.Sign(input.Text("message"), input.Text("key")));
    }
}
