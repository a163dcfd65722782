using Broker.AlibabaCloud.Oss;
using Broker.Emulator.Signatures;
using CsCheck;

namespace Broker.Tests.AlibabaCloud.Oss;

/// <summary>Random URLs of the signer, read by the emulator's verifier, which shares no code with it.</summary>
public class SignedUrlProperties
{
    static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    static readonly Gen<string> Text = Gen.String[Gen.OneOf(Gen.Char['!', '~'], Gen.Char["ü中/ +%"]), 1, 30];
    static readonly Gen<string> Value = Gen.String[Gen.Char['!', '~'], 1, 20];

    static readonly Gen<OssUrlRequest> Requests =
        from method in Gen.Int[0, 4].Select(i => new[] { "GET", "HEAD", "PUT", "POST", "DELETE" }[i])
        from key in Text.Where(k => k[0] is not '/')
        from query in Gen.Dictionary(Text.Where(n => !n.StartsWith("x-oss-", StringComparison.Ordinal)), Gen.OneOf(Text, Gen.Const("")))[0, 4]
        from headers in Gen.Dictionary(Gen.String[Gen.Char['a', 'z'], 1, 8].Select(n => $"x-oss-meta-{n}"), Value)[0, 3]
        select new OssUrlRequest(method, "bkt", key, query, headers, []);

    static readonly OssPlace Place = new("bkt", "cn-hangzhou", null, OssAddressing.Virtual);

    [Fact]
    public void Ten_thousand_URLs_are_accepted_and_none_with_any_one_part_changed() =>
        Gen.Select(Requests, Gen.String[Gen.Char['!', '~'], 0, 800], Gen.Int[1, OssV4Signer.LongestUrl]).Sample((request, token, seconds) =>
        {
            var signer = new OssV4Signer(new("STS.ak", "secret", token.Length == 0 ? null : token), "cn-hangzhou");
            var url = SignedUrlBuilder.Build(signer, Place, request, seconds, Now);
            var received = Receive(request, url);
            return Accepts(received) && Variants(received).All(variant => !Accepts(variant));
        }, iter: 10_000);

    static SignedRequest Receive(OssUrlRequest request, string url)
    {
        var rest = url[Place.Url.Length..];
        var cut = rest.IndexOf('?', StringComparison.Ordinal);
        var query = rest[(cut + 1)..].Split('&').Select(p => p.Split('=', 2)).Select(p => KeyValuePair.Create(Uri.UnescapeDataString(p[0]), p.Length == 2 ? Uri.UnescapeDataString(p[1]) : ""));
        return new(request.Method, Uri.UnescapeDataString(rest[..cut]), [.. query], [.. request.Headers, new("host", Place.Host)]);
    }

    static bool Accepts(SignedRequest request)
    {
        var names = request.Parameter("x-oss-additional-headers");
        var scope = OssV4Authorization.Parse($"OSS4-HMAC-SHA256 Credential={request.Parameter("x-oss-credential")},Signature={request.Parameter("x-oss-signature")},AdditionalHeaders={names}");
        var dateTime = request.Parameter("x-oss-date");
        if (scope is null || dateTime is not { Length: 16 } || scope.AccessKeyId != "STS.ak" || request.Parameter("x-oss-signature-version") != "OSS4-HMAC-SHA256") return false;
        var canonical = OssV4Signature.CanonicalRequest(request, "bkt", request.Path[1..], scope.AdditionalHeaders);
        return OssV4Signature.Compute(OssV4Signature.StringToSign(canonical, dateTime, scope), "secret", scope) == scope.Signature;
    }

    static IEnumerable<SignedRequest> Variants(SignedRequest request)
    {
        yield return request with { Method = request.Method == "GET" ? "PUT" : "GET" };
        yield return request with { Path = request.Path + "x" };
        yield return request with { Path = "/" + request.Path[2..] };
        yield return request with { Query = [.. request.Query, new("x", "")] };
        yield return request with { Headers = [.. request.Headers, new("x-oss-object-acl", "public-read")] };
        for (var i = 0; i < request.Query.Count; i++)
        {
            yield return request with { Query = Changed(request.Query, i) };
            yield return request with { Query = [.. request.Query.Where((_, at) => at != i)] };
        }
        for (var i = 0; i < request.Headers.Count; i++)
        {
            yield return request with { Headers = Changed(request.Headers, i) };
            yield return request with { Headers = [.. request.Headers.Where((_, at) => at != i)] };
        }
    }

    static KeyValuePair<string, string>[] Changed(IReadOnlyList<KeyValuePair<string, string>> pairs, int index) =>
        [.. pairs.Select((pair, at) => at == index ? KeyValuePair.Create(pair.Key, pair.Value + "0") : pair)];
}
