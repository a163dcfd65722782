using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Broker.Tests.EndToEnd;

/// <summary>A certificate authority that nobody knows, and what it certifies.</summary>
sealed class TestAuthority : IDisposable
{
    static readonly DateTimeOffset Begin = TimeProvider.System.GetUtcNow().AddDays(-1), End = Begin.AddDays(30);

    readonly X509Certificate2 _root;

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Authority of the tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(Begin, End);
        File = Path.Combine(Directory.CreateTempSubdirectory("broker-authority-").FullName, "ca.pem");
        System.IO.File.WriteAllText(File, _root.ExportCertificatePem());
    }

    /// <summary>Its certificate, in PEM.</summary>
    public string File { get; }

    public X509Certificate2 Certify()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_root, Begin, End, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(ECDsa.Create(key.ExportParameters(true)));
    }

    public void Dispose() => _root.Dispose();
}

/// <summary>One key with which an issuer signs.</summary>
sealed record TokenKey(string Id, string Algorithm, object Jwk, Func<byte[], byte[]> Sign)
{
    public static TokenKey Rsa(string id)
    {
        var key = RSA.Create(2048);
        var parts = key.ExportParameters(false);
        return new(id, "RS256", new { kty = "RSA", use = "sig", kid = id, n = Text(parts.Modulus!), e = Text(parts.Exponent!) },
            data => key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    public static TokenKey Ec(string id)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parts = key.ExportParameters(false);
        return new(id, "ES256", new { kty = "EC", crv = "P-256", alg = "ES256", kid = id, x = Text(parts.Q.X!), y = Text(parts.Q.Y!) },
            data => key.SignData(data, HashAlgorithmName.SHA256));
    }

    /// <summary>A token with these claims, and with another header where one is given.</summary>
    public string Token(object claims, object? header = null)
    {
        var signed = $"{Text(JsonSerializer.SerializeToUtf8Bytes(header ?? new { alg = Algorithm, typ = "JWT", kid = Id }))}.{Text(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{signed}.{Text(Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    static string Text(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}

/// <summary>An OIDC issuer on loopback, over https, whose requests are counted.</summary>
sealed class KeyServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly X509Certificate2 _certificate;
    int _discoveries, _keyReads, _others;

    KeyServer(WebApplication app, X509Certificate2 certificate)
    {
        (_app, _certificate) = (app, certificate);
        Discovery = context => context.Response.WriteAsync(JsonSerializer.Serialize(Document));
        KeySet = context => context.Response.WriteAsync(JsonSerializer.Serialize(new { keys = Keys.Select(k => k.Jwk) }));
        app.MapGet("/.well-known/openid-configuration", context =>
        {
            Interlocked.Increment(ref _discoveries);
            return Discovery(context);
        });
        app.MapGet("/keys", context =>
        {
            Interlocked.Increment(ref _keyReads);
            return KeySet(context);
        });
        app.MapFallback(context =>
        {
            Interlocked.Increment(ref _others);
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
    }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

    public string Issuer => Address.GetLeftPart(UriPartial.Authority);

    /// <summary>What it publishes.</summary>
    public TokenKey[] Keys { get => field ??= [TokenKey.Rsa("r1"), TokenKey.Ec("e1")]; set; }

    /// <summary>What it answers, for tests of answers that break the rules.</summary>
    public RequestDelegate Discovery { get; set; }

    public RequestDelegate KeySet { get; set; }

    public Dictionary<string, string> Document => new() { ["issuer"] = Issuer, ["jwks_uri"] = $"{Issuer}/keys" };

    public (int Discoveries, int KeyReads) Reads => (_discoveries, _keyReads);

    public int Requests => _discoveries + _keyReads + _others;

    public static async Task<KeyServer> StartAsync(TestAuthority authority)
    {
        var certificate = authority.Certify();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var server = new KeyServer(builder.Build(), certificate);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _certificate.Dispose();
    }
}
