using System.IO.Compression;
using System.Text;

namespace Broker.Tests.EndToEnd.Fuzzing;

/// <summary>Changes a request that is valid at one place: its body, path, query, headers, or how it is sent.</summary>
static class RequestMutations
{
    static readonly string[] Segments =
    [
        "", ".", "..", "%2e%2e", "%2F", "a%2Fb", "..%2f..", "%5c", "%00", "a%00", "%C0%AF", "%ff", "%E4%B8%AD%E6%96%87", "\u00e4\u00b8\u00ad", "%ED%A0%80", "%", "%zz", "%2", "A", "-a", "a-", "a_b", "{tenant}", "*", "a;b",
        "a:b", "a@b", "a%0d%0aX: 1", "%20", "+", "a#b", "..;", "%F0%9F%98%80", "uploads ", new('a', 63), new('a', 64), new('a', 400), new('a', 4000), new('a', 9000), "%F0%9F%98%80" + new string('a', 62), OddTexts.Marker,
    ];

    static readonly string[] Values =
    [
        "", "0", "-1", "1.5", "1e3", "+1", " 1", "%201", "99999999999999999999", "%00", "%ff", "%zz", "%", "%ED%A0%80", "%D9%A1", "*", "a,b,,c", "read,read", "..%2f", "%E4%B8%AD/", "a/", "${", "$%7Bx%7D", "%0d%0a", "cli", "xml", "true",
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T24:00:00Z", "2026-02-30T00:00:00Z", "MSAyIHc", "OTk5OTk5OTk5OTk5OTk5OTk5IDIgdw", "\u00ff", OddTexts.Marker, new('v', 1024), new('v', 5000), "2147483647", "2147483648", "922337203685477580", "43200", "1800", "1801",
    ];

    static readonly string[] Names = [.. Values.Except([OddTexts.Marker])];

    static readonly string[] Methods = ["HEAD", "OPTIONS", "TRACE", "PATCH", "PUT", "POST", "DELETE", "GET", "get", "X", "CONNECT", "PROPFIND", "G\u00c4T", "A B", new('M', 300)];

    static readonly (string Name, string Value)[] Headers =
    [
        ("If-Match", "\"1\""), ("If-Match", "\"999\""), ("If-Match", "*"), ("If-Match", "W/\"1\""), ("If-Match", "1"), ("If-Match", "\"\""), ("If-Match", "\"1\", \"2\""), ("If-Match", "\"\"\""), ("If-Match", "\"-1\""),
        ("If-Match", "\"99999999999999999999\""), ("If-Match", "\u00ff"), ("If-Match", " "), ("If-None-Match", "*"), ("If-None-Match", "\"1\""), ("If-None-Match", "**"),
        ("Content-Type", "application/json; charset=utf-16"), ("Content-Type", "application/json; charset=\"UTF-8\""), ("Content-Type", "application/json;"), ("Content-Type", "application/json; charset=utf-8; x=\"\\"), ("Content-Type", "text/json"),
        ("Content-Type", "application/*"), ("Content-Type", "\u00ff"), ("Content-Type", "application/json, application/json"), ("Content-Type", ""), ("Content-Encoding", "gzip"), ("Content-Encoding", "br, gzip"),
        ("Accept", "text/html"), ("Accept", "*/*;q=nan"), ("Accept-Encoding", "gzip, br"), ("Accept-Language", new('x', 5000)), ("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-For", "unknown"), ("X-Forwarded-For", "[::1]:99999"),
        ("X-Forwarded-For", "\u00ff, ,,1"), ("X-Forwarded-For", string.Join(',', Enumerable.Repeat("1.2.3.4", 500))), ("X-Forwarded-Proto", "gopher"), ("X-Forwarded-Proto", "http, https"), ("X-Forwarded-Host", "evil"),
        ("Host", ""), ("Host", "evil.example.com"), ("Host", "a b"), ("Host", "[::1"), ("Host", "\u00ff"), ("Host", "a:99999"), ("Expect", "100-continue"), ("Expect", "x"), ("Range", "bytes=0-1"), ("Upgrade", "h2c"), ("Upgrade", "websocket"),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("traceparent", "00-00000000000000000000000000000000-0000000000000000-01"), ("traceparent", "ff"), ("traceparent", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-00"),
        ("tracestate", "a=b,,=\u00ff"), ("baggage", "a=%zz;b,c"), ("Request-Id", "|a.b."), ("Request-Id", "\u00ff"), ("Correlation-Context", "a=b"), ("Cookie", "a=b; \u00ff"), ("X-Odd", new('h', 40_000)), ("X-Http-Method-Override", "DELETE"), ("Transfer-Encoding", "gzip"),
        ("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked, chunked"), ("Content-Length", "0"), ("Content-Length", "1"), ("Content-Length", "-1"), ("Content-Length", "1e3"), ("Content-Length", "99999999999999999999"), ("Content-Length", "100000"),
        ("Content-Length", "9999999"), ("Sec-Fetch-Site", "cross-site"), ("Origin", "null"), ("Proxy-Authorization", "Basic eDp5"), ("X Odd", "1"), (":authority", "a"), ("", "x"), ("X-Odd", "a\nb"), ("X-Odd", "a\rb"), ("X-Odd", "a\0b"),
    ];

    static readonly string[] Authorizations =
    [
        "", "Bearer", "Bearer ", "bearer x", "Basic eDp5", "Bearer bk__", "Bearer bk_a_b", "Bearer cu_a_b", "Bearer ..", "Bearer a.b.c", "Bearer \u00ff", "Bearer bk_\u00e4_x", "Bearer " + new string('a', 20_000), "Bearer " + new string('.', 2), "Digest x",
        $"Bearer bk_{new string('a', 33)}_{new string('A', 43)}", $"Bearer bk_aaaaaaaaaaaaaaaa_{new string('A', 43)}", $"Bearer bk_aaaaaaaaaaaaaaaa_{new string('A', 42)}\u00ff",
    ];

    public static void Mutate(FuzzRequest request, Random random)
    {
        var inBody = request.Body is not null && random.Next(10) < 6;
        if (inBody && random.Next(8) > 0) JsonMutations.Mutate(request.Body!, random);
        else if (inBody) request.Bytes = Spoil(request.BodyBytes, random);
        else MutateRest(request, random);
    }

    static void MutateRest(FuzzRequest request, Random random)
    {
        switch (random.Next(12))
        {
            case 0 or 1 or 2: MutatePath(request, random); break;
            case 3 or 4 or 5: MutateQuery(request, random); break;
            case 6 or 7 or 8: MutateHeaders(request, random); break;
            case 9: Authorize(request, random); break;
            case 10: request.Method = random.Of(Methods); break;
            default: MutateTransport(request, random); break;
        }
    }

    static void MutatePath(FuzzRequest request, Random random)
    {
        var at = random.Next(request.Path.Count);
        var segment = request.Path[at];
        switch (random.Next(8))
        {
            case 0 when request.Path.Count > 1: request.Path.RemoveAt(at); break;
            case 1: request.Path.Insert(at, random.Of(Segments)); break;
            case 2: request.Path.Add(random.Of(Segments)); break;
            case 3: request.Path[at] = segment.ToUpperInvariant(); break;
            case 4: request.Path[at] = string.Concat(segment.Select(c => $"%{(int)c:x2}")); break;
            case 5: request.Path[at] = segment + random.Of(Segments); break;
            default: request.Path[at] = random.Of(Segments); break;
        }
    }

    static void MutateQuery(FuzzRequest request, Random random)
    {
        var query = request.Query;
        var known = query.Count > 0 && random.Next(4) > 0;
        if (known) query[random.Next(query.Count)] = (random.Of(query).Name, random.Of(Values));
        else if (query.Count > 0 && random.Next(3) == 0) query.Add(random.Of(query));
        else if (random.Next(8) == 0) query.AddRange(Enumerable.Range(0, 1200).Select(i => ($"p{i}", (string?)"1")));
        else query.Add((random.Of(Names), random.Next(4) == 0 ? null : random.Of(Values)));
    }

    static void MutateHeaders(FuzzRequest request, Random random)
    {
        var (name, value) = random.Of(Headers);
        if (name is "Content-Length" or "Transfer-Encoding") request.Unfinished = true;
        switch (random.Next(6))
        {
            case 0 when request.Headers.Count > 0: request.Headers.RemoveAt(random.Next(request.Headers.Count)); break;
            case 1 when request.Headers.Count > 0: request.Headers.Add(random.Of(request.Headers)); break;
            case 2: request.Headers.Add((name, value)); break;
            default: request.Set(name, value); break;
        }
        if (random.Next(40) == 0) request.Headers.AddRange(Enumerable.Range(0, 150).Select(i => ($"X-Many-{i}", "1")));
    }

    static void Authorize(FuzzRequest request, Random random)
    {
        var token = random.Next(2) == 0;
        request.Set("Authorization", token ? $"Bearer {Token(random)}" : random.Of(Authorizations));
        if (random.Next(6) == 0) request.Headers.Add(("Authorization", random.Of(Authorizations)));
    }

    /// <summary>A token that the tenant's trust fits before it is changed; nobody has signed it.</summary>
    static string Token(Random random)
    {
        var header = JsonTree.Of(new { alg = "RS256", typ = "JWT", kid = "r1" });
        var claims = JsonTree.Of(new { iss = "https://issuer.invalid", sub = "job", aud = (string[])["broker"], exp = 4102444800, iat = 1, nbf = 1, marker = OddTexts.Marker });
        JsonMutations.Mutate(random.Next(4) == 0 ? header : claims, random);
        return $"{Part(header)}.{Part(claims)}.{Part(JsonTree.OfRaw("signature"))}";
    }

    static string Part(JsonTree part) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToString()));

    static void MutateTransport(FuzzRequest request, Random random)
    {
        switch (random.Next(7))
        {
            case 0: request.Version = random.Of(["HTTP/1.0", "HTTP/x", "", "1.1"]); break;
            case 1: request.Target = random.Of(["*", "//", "/?", "?", "http://evil/v1/tenants", "https://[::1/", "evil:80", "/\\..\\", "/v1/tenants\t", "", "/v1/credential-urls/" + new string('c', 7000)]); break;
            case 2:
                request.Set("Transfer-Encoding", "chunked");
                request.Bytes = Encoding.Latin1.GetBytes(random.Of(["0\r\n\r\n", "2\r\n{}\r\n0\r\n\r\n", "zz\r\n{}\r\n0\r\n\r\n", "-1\r\n", "FFFFFFFF\r\n{}", "2\r\n{}0\r\n\r\n", "2;x=\"\r\n{}\r\n0\r\nX: 1\r\n\r\n"]));
                request.Unfinished = true;
                break;
            case 3:
                request.Set("Content-Length", "100000");
                request.Unfinished = true;
                break;
            case 4: request.Bytes = [.. request.BodyBytes, .. "GET /v1/tenants HTTP/1.1\r\nHost: a\r\n\r\n"u8]; break;
            default: request.Bytes = Spoil(request.BodyBytes, random); break;
        }
    }

    /// <summary>Bytes that are no longer the JSON that they were.</summary>
    static byte[] Spoil(byte[] body, Random random)
    {
        var at = random.Next(body.Length + 1);
        switch (random.Next(10))
        {
            case 0: return body[..at];
            case 1: return [.. body[..at], random.Of<byte>([0x00, 0x80, 0xc0, 0xe4, 0xff, 0xf5]), .. body[at..]];
            case 2: return [0xef, 0xbb, 0xbf, .. body];
            case 3: return [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(body))];
            case 4: return Zip(body);
            case 5: return [.. body, .. body];
            case 6: return [.. body, .. Enumerable.Repeat((byte)' ', random.Of([1, 255 * 1024, 300 * 1024, 3 * 1024 * 1024]))];
            case 7: return [.. Enumerable.Repeat((byte)'[', 100_000)];
            case 8: return [];
            default:
                var changed = body.ToArray();
                for (var i = 0; i < 4 && changed.Length > 0; i++) changed[random.Next(changed.Length)] = (byte)random.Next(256);
                return changed;
        }
    }

    static byte[] Zip(byte[] body)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest)) gzip.Write(body);
        return zipped.ToArray();
    }
}
