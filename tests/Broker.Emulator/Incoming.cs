using Broker.Emulator.Signatures;
using Microsoft.AspNetCore.Http.Features;

namespace Broker.Emulator;

/// <summary>A request as it came over the wire. Its body is empty until it is read.</summary>
sealed record Incoming(HttpContext Context, string Target, SignedRequest Request, byte[] Body)
{
    /// <summary>All but its body; null when its target is malformed.</summary>
    public static Incoming? Of(HttpContext context)
    {
        // ASP.NET's own path is decoded its own way; signatures are over what was sent.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var cut = target.IndexOf('?');
        var path = Escape.Undo((cut < 0 ? target : target[..cut]).Replace('+', ' '));
        var query = Escape.UndoPairs(cut < 0 ? "" : target[(cut + 1)..]);
        if (path is null || query is null) return null;
        var headers = context.Request.Headers.SelectMany(h => h.Value.Select(v => KeyValuePair.Create(h.Key.ToLowerInvariant(), v ?? ""))).ToList();
        return new(context, target, new(context.Request.Method, path, query, headers), []);
    }

    /// <summary>With its body, read whole.</summary>
    public async Task<Incoming> ReadAsync()
    {
        using var body = new MemoryStream();
        await Context.Request.Body.CopyToAsync(body, Context.RequestAborted);
        return this with { Body = body.ToArray() };
    }

    public Dictionary<string, string> HeaderMap => Request.Headers.GroupBy(h => h.Key).ToDictionary(g => g.Key, g => string.Join(',', g.Select(h => h.Value)));
}
