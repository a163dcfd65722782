using System.Text.Json;

namespace Broker.Silo.Commands.Checks;

/// <summary>What the broker hands out besides sessions: upload forms, as they are and with fields that it did not sign, and a URL before and after its end.</summary>
sealed class CheckedHandouts(CheckedBroker broker, CheckedBucket bucket, CheckedRole role, CheckedFolder folder, CheckTable table, TimeProvider clock)
{
    const int UrlSeconds = 5;

    static readonly string Callback = Convert.ToBase64String("""{"callbackUrl":"https://broker-check.invalid","callbackBody":"x"}"""u8);

    /// <summary>OSS counts whole seconds, and its clock is not ours.</summary>
    static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(3);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!role.MayPut)
        {
            await table.SkipAsync("upload forms", "the role may not write and delete");
            await table.SkipAsync("a signed URL", "nothing was put");
            return;
        }
        await FormAsync("upload by a form", "form", null, permitted: true, cancellationToken);
        await FormAsync("the form with another ACL", "form-with-acl", ("x-oss-object-acl", "public-read"), permitted: false, cancellationToken);
        await FormAsync("the form with another x-oss-content-type", "form-with-type", ("x-oss-content-type", "application/x-broker-check"), permitted: role.Definition.Uploads.ContentTypes.Length == 0, cancellationToken);
        // Where the role has none, no condition can name the field, since one on a field that a form lacks fails: OSS takes it, and reports that nobody answered.
        await FormAsync("the form with a callback of the page's", "form-with-callback", ("callback", Callback), permitted: role.Definition.Uploads.Callback is null, cancellationToken);
        await UrlAsync(cancellationToken);
    }

    async Task FormAsync(string what, string name, (string Name, string Value)? changed, bool permitted, CancellationToken cancellationToken)
    {
        var form = await broker.FormAsync(folder.KeyBelowPrefix(name), cancellationToken);
        var fields = form.GetProperty("fields").EnumerateObject().Select(field => KeyValuePair.Create(field.Name, field.Value.GetString()!)).ToList();
        if (changed is { } change)
        {
            fields.RemoveAll(field => field.Key == change.Name);
            fields.Add(new(change.Name, change.Value));
        }
        using var content = new MultipartFormDataContent();
        foreach (var (field, value) in WithTypes(fields)) content.Add(new StringContent(value), $"\"{field}\"");
        content.Add(new ByteArrayContent("Put by a form of `silo check`."u8.ToArray()), "\"file\"", "\"check.txt\"");
        await SendAsync(what, permitted, new(HttpMethod.Post, form.GetProperty("url").GetString()) { Content = content }, cancellationToken);
    }

    /// <summary>Where several types are permitted, the page says which one the file has.</summary>
    List<KeyValuePair<string, string>> WithTypes(List<KeyValuePair<string, string>> fields)
    {
        if (role.Definition.Uploads.ContentTypes is not [var first, ..]) return fields;
        foreach (var name in (string[])["content-type", "x-oss-content-type"])
            if (fields.TrueForAll(field => field.Key != name)) fields.Add(new(name, first.Replace("/*", "/plain", StringComparison.Ordinal)));
        return fields;
    }

    async Task UrlAsync(CancellationToken cancellationToken)
    {
        var method = role.May(RoleAccess.Read) ? HttpMethod.Head : HttpMethod.Delete;
        var url = await broker.UrlAsync(method.Method, folder.KeyBelowPrefix("put"), UrlSeconds, cancellationToken);
        await SendAsync($"{method} by a signed URL", permitted: true, Request(), cancellationToken);
        var end = url.GetProperty("expiration").GetDateTimeOffset() + Afterwards;
        await table.SayAsync($"… waits for the end of the URL at {end:HH:mm:ss}");
        if (end - clock.GetUtcNow() is { Ticks: > 0 } wait) await Task.Delay(wait, clock, cancellationToken);
        await SendAsync($"{method} by it after its end", permitted: false, Request(), cancellationToken);

        HttpRequestMessage Request() => new(method, url.GetProperty("url").GetString());
    }

    async Task SendAsync(string what, bool permitted, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await bucket.SendAsync(request, cancellationToken);
        await table.AddAsync(what, permitted ? "200" : "403", $"{answer}", permitted ? answer.Status is >= 200 and < 300 : answer.Status == 403);
    }
}
