using System.Text;
using System.Xml.Linq;
using Broker.Emulator;
using Broker.Emulator.Oss;
using Broker.Emulator.Signatures;
using Broker.Emulator.State;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Emulator;

/// <summary>The emulator's OSS without a network: requests are handed to it as its server would.</summary>
sealed class OssFixture : IDisposable
{
    public const string Bucket = "bkt", AllowAll = """{"Effect":"Allow","Action":"oss:*","Resource":"*"}""";

    readonly OssServer _server;

    public OssFixture()
    {
        World = new(new() { Clock = Clock, Buckets = new Dictionary<string, string> { [Bucket] = HeaderSignature.Region } });
        _server = new(World);
        Session = Grant(AllowAll);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    public World World { get; }

    /// <summary>A session that may do everything.</summary>
    public Session Session { get; }

    public Session Grant(string statements)
    {
        var session = new Session($"STS.{Guid.NewGuid():N}", "secret", "token", Clock.GetUtcNow().AddDays(8), $"acs:ram::{EmulatorOptions.Account}:role/tests", "tests", $$"""{"Version":"1","Statement":[{{statements}}]}""");
        World.Sessions.Add(session);
        return session;
    }

    /// <summary>A request of the session, signed in its headers.</summary>
    public Task<OssReply> SendAsync(string method, string key, string query = "", byte[]? body = null, Session? session = null, params KeyValuePair<string, string>[] headers)
    {
        var signed = new SignedRequest(method, $"/{key}", Escape.UndoPairs(query)!, headers).Sign(Bucket, key, session ?? Session, Clock.GetUtcNow());
        return AnswerAsync(method, $"/{key}?{query}", new MemoryStream(body ?? []), signed.Headers);
    }

    /// <summary>A form of the session, for the object k.</summary>
    public Dictionary<string, string> Form(string conditions, DateTimeOffset? end = null, Session? session = null) =>
        new((session ?? Session).Form(conditions, Clock.GetUtcNow(), end ?? Clock.GetUtcNow().AddHours(1))) { ["key"] = "k" };

    public Task<OssReply> PostAsync(IEnumerable<KeyValuePair<string, string>> fields, string content = "content", string after = "") => PostAsync(new MemoryStream(Body(fields, content, after)));

    public Task<OssReply> PostAsync(Stream body) => AnswerAsync("POST", "/", body, [new("content-type", "multipart/form-data; boundary=cut")]);

    /// <summary>A form as it goes over the wire; without content it ends in its file.</summary>
    public static byte[] Body(IEnumerable<KeyValuePair<string, string>> fields, string? content, string after = "")
    {
        var text = new StringBuilder();
        foreach (var (name, value) in fields) text.Append($"--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        text.Append("--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.txt\"\r\nContent-Type: text/plain\r\n\r\n");
        if (content is not null) text.Append($"{content}\r\n{after}--cut--\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public void Dispose() => World.Dispose();

    async Task<OssReply> AnswerAsync(string method, string target, Stream body, IEnumerable<KeyValuePair<string, string>> headers)
    {
        var context = new DefaultHttpContext();
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        context.Request.Method = method;
        context.Request.Host = new($"{Bucket}.oss-cn-hangzhou.aliyuncs.com");
        context.Request.Body = body;
        foreach (var (name, value) in headers) context.Request.Headers[name] = value;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        await _server.AnswerAsync(context);
        return new(context.Response.StatusCode, Encoding.UTF8.GetString(answer.ToArray()), context.Response.Headers.ETag.ToString());
    }
}

/// <summary>What OSS answered.</summary>
sealed record OssReply(int Status, string Text, string ETag)
{
    /// <summary>OSS's error code; empty: none.</summary>
    public string Code => Status < 400 || Text.Length == 0 ? "" : XElement.Parse(Text).Element("Code")!.Value;
}
