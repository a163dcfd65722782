using Broker.AlibabaCloud.Oss;
using Broker.Emulator.Oss;
using Broker.Emulator.Signatures;
using Broker.Emulator.State;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.AlibabaCloud.Oss;

/// <summary>Random URLs of the signer, read by the emulator's verifier, which shares no code with it.</summary>
public class SignedUrlProperties
{
    static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    static readonly Dictionary<string, string> Buckets = new() { ["bkt"] = "cn-hangzhou" };
    static readonly OssPlace Place = new("bkt", "cn-hangzhou", null, OssAddressing.Virtual);
    static readonly Gen<string> Text = Gen.String[Gen.OneOf(Gen.Char['!', '~'], Gen.Char["ü中/ +%"]), 1, 30];
    static readonly Gen<string> Value = Gen.String[Gen.Char['!', '~'], 1, 20];

    static readonly Gen<OssUrlRequest> Requests =
        from method in Gen.Int[0, 4].Select(i => new[] { "GET", "HEAD", "PUT", "POST", "DELETE" }[i])
        from key in Text.Where(k => k[0] is not '/')
        from query in Gen.Dictionary(Text.Where(n => !n.StartsWith("x-oss-", StringComparison.Ordinal)), Gen.OneOf(Text, Gen.Const("")))[0, 4]
        from headers in Gen.Dictionary(Gen.String[Gen.Char['a', 'z'], 1, 8].Select(n => $"x-oss-meta-{n}"), Value)[0, 3]
        select new OssUrlRequest(method, "bkt", key, query, headers, []);

    [Fact]
    public void Ten_thousand_URLs_are_accepted_and_none_with_any_one_character_changed() =>
        Gen.Select(Requests, Gen.String[Gen.Char['!', '~'], 1, 800], Gen.Int[1, OssV4Signer.LongestUrl], Gen.Int).Sample((request, token, seconds, seed) =>
        {
            using var world = new World(new() { Clock = Clock, Buckets = Buckets });
            world.Sessions.Add(new("STS.ak", "secret", token, Clock.GetUtcNow().AddDays(8), "", "", null));
            var signer = new OssSigner(new("STS.ak", "secret", token), Place);
            var received = Receive(request, signer.SignUrl(request, seconds, Clock.GetUtcNow()));
            return Accepts(world, received) && !Variants(received, new Random(seed)).Any(variant => Accepts(world, variant));
        }, iter: 10_000);

    static SignedRequest Receive(OssUrlRequest request, string url)
    {
        var rest = url[Place.Url.Length..];
        var cut = rest.IndexOf('?', StringComparison.Ordinal);
        var query = rest[(cut + 1)..].Split('&').Select(p => p.Split('=', 2)).Select(p => KeyValuePair.Create(Uri.UnescapeDataString(p[0]), p.Length == 2 ? Uri.UnescapeDataString(p[1]) : ""));
        return new(request.Method, Uri.UnescapeDataString(rest[..cut]), [.. query], [.. request.Headers, new("host", Place.Host)]);
    }

    static bool Accepts(World world, SignedRequest request)
    {
        try { return OssAuthentication.Verify(world, request, new("bkt", request.Path[1..])) is not null; }
        catch (OssError) { return false; }
    }

    /// <summary>Each part of the request, changed somewhere.</summary>
    static IEnumerable<SignedRequest> Variants(SignedRequest request, Random random)
    {
        yield return request with { Method = Changed(request.Method, random) };
        yield return request with { Path = "/" + Changed(request.Path[1..], random) };
        yield return request with { Query = Changed(request.Query, new("x", ""), random) };
        yield return request with { Headers = Changed(request.Headers, new("x-oss-object-acl", "public-read"), random) };
    }

    /// <summary>One more pair, or one pair with another name, another value, or left out.</summary>
    static KeyValuePair<string, string>[] Changed(IReadOnlyList<KeyValuePair<string, string>> pairs, KeyValuePair<string, string> more, Random random)
    {
        var at = random.Next(pairs.Count);
        var (name, value) = pairs[at];
        KeyValuePair<string, string>[] instead = random.Next(4) switch
        {
            0 => [pairs[at], more],
            1 => [new(Changed(name, random), value)],
            2 => [new(name, Changed(value, random))],
            _ => [],
        };
        return [.. pairs.Take(at), .. instead, .. pairs.Skip(at + 1)];
    }

    /// <summary>Another character in some place, one that differs in more than its case: the names of headers have none.</summary>
    static string Changed(string text, Random random)
    {
        if (text.Length == 0) return "x";
        var at = random.Next(text.Length);
        var other = (char)random.Next('a', 'y');
        if (other >= char.ToLowerInvariant(text[at])) other++;
        return $"{text[..at]}{other}{text[(at + 1)..]}";
    }
}
