using System.Text;
using System.Xml.Linq;

namespace Broker.Silo.Commands.Checks;

/// <summary>What a session may do with objects, and what it may not: below its prefix and outside of it.</summary>
sealed class CheckedObjects(CheckedBucket bucket, CheckedRole role, CheckedFolder folder, CheckTable table)
{
    static readonly byte[] Content = Encoding.UTF8.GetBytes("Put by `silo check`, which removes it.");

    readonly string _outside = $"broker-check-outside-{Guid.NewGuid():N}/";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var put = folder.Key("put");
        if (role.MayPut || !role.May(RoleAccess.Write)) await TryAsync("put an object", RoleAccess.Write, HttpMethod.Put, put, [], Content, cancellationToken);
        else await table.SkipAsync("put an object", "the role may not delete, so it would be left behind");
        if (role.MayPut || !role.May(RoleAccess.Read)) await TryAsync("get an object", RoleAccess.Read, HttpMethod.Get, put, [], null, cancellationToken);
        else await table.SkipAsync("get an object", "none was put");
        await TryAsync("list below the prefix", RoleAccess.List, HttpMethod.Get, "", Listing(folder.Prefix), null, cancellationToken);
        await MultipartAsync(cancellationToken);
        await OutsideAsync(cancellationToken);
    }

    /// <summary>Removes whatever has been put, whether it was expected or not.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        if (!role.MayPut) return;
        string[] left = [];
        foreach (var key in folder.Keys)
            if (await bucket.AskAsync(HttpMethod.Delete, key, [], null, cancellationToken) is { Status: not 204 } refusal) left = [.. left, $"{key}: {refusal}"];
        await table.AddAsync("remove what was put", "204", left.Length == 0 ? "204" : $"left behind: {string.Join(", ", left)}", left.Length == 0);
    }

    async Task MultipartAsync(CancellationToken cancellationToken)
    {
        var key = folder.Key("parts");
        if (!role.MayPut && role.May(RoleAccess.Write))
        {
            await table.SkipAsync("upload in parts", "the role may not delete, so it would be left behind");
            return;
        }
        var begun = await TryAsync("begin an upload in parts", RoleAccess.Write, HttpMethod.Post, key, new() { ["uploads"] = "" }, null, cancellationToken);
        if (begun.Status != 200) return;
        var id = XElement.Parse(begun.Body).Element("UploadId")!.Value;
        var part = await TryAsync("put a part", RoleAccess.Write, HttpMethod.Put, key, new() { ["uploadId"] = id, ["partNumber"] = "1" }, Content, cancellationToken);
        var parts = $"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{part.ETag}</ETag></Part></CompleteMultipartUpload>";
        var ended = await TryAsync("complete it", RoleAccess.Write, HttpMethod.Post, key, new() { ["uploadId"] = id }, Encoding.UTF8.GetBytes(parts), cancellationToken);
        if (ended.Status != 200) await bucket.AskAsync(HttpMethod.Delete, key, new() { ["uploadId"] = id }, null, cancellationToken);
    }

    async Task OutsideAsync(CancellationToken cancellationToken)
    {
        if (role.Prefix.Length == 0)
        {
            await table.SkipAsync("anything outside the prefix", "the role has the whole bucket");
            return;
        }
        await RefusedAsync("put outside the prefix", HttpMethod.Put, _outside + "put", [], Content, cancellationToken);
        await RefusedAsync("get outside the prefix", HttpMethod.Get, _outside + "put", [], null, cancellationToken);
        await RefusedAsync("list outside the prefix", HttpMethod.Get, "", Listing(_outside), null, cancellationToken);
        await RefusedAsync("list the whole bucket", HttpMethod.Get, "", Listing(""), null, cancellationToken);
        await RefusedAsync("delete outside the prefix", HttpMethod.Delete, _outside + "put", [], null, cancellationToken);
    }

    async Task<OssAnswer> TryAsync(string what, string access, HttpMethod method, string key, Dictionary<string, string> query, byte[]? content, CancellationToken cancellationToken)
    {
        return role.May(access)
            ? await AskAsync(what, 200, method, key, query, content, cancellationToken)
            : await RefusedAsync($"{what} (no {access})", method, key, query, content, cancellationToken);
    }

    Task<OssAnswer> RefusedAsync(string what, HttpMethod method, string key, Dictionary<string, string> query, byte[]? content, CancellationToken cancellationToken) =>
        AskAsync(what, 403, method, key, query, content, cancellationToken);

    async Task<OssAnswer> AskAsync(string what, int expected, HttpMethod method, string key, Dictionary<string, string> query, byte[]? content, CancellationToken cancellationToken)
    {
        var answer = await bucket.AskAsync(method, key, query, content, cancellationToken);
        await table.AddAsync(what, $"{expected}", $"{answer}", answer.Status == expected);
        return answer;
    }

    static Dictionary<string, string> Listing(string prefix) => new() { ["list-type"] = "2", ["prefix"] = prefix, ["max-keys"] = "1" };
}
