using System.Security.Cryptography;
using Broker.Emulator.State;

namespace Broker.Emulator.Oss;

/// <summary>Put, get, head and delete of one object.</summary>
static class ObjectOperations
{
    static readonly string[] KeptHeaders = ["content-type", "cache-control", "content-disposition", "content-encoding", "expires"];

    public static void Put(World world, OssAddress address, Incoming incoming, HttpResponse response)
    {
        var md5 = MD5.HashData(incoming.Body);
        if (incoming.Request.Header("content-md5") is { } given && given != Convert.ToBase64String(md5))
            throw new OssError(400, "InvalidDigest", "The Content-MD5 you specified did not match.", "0017-00000901");
        var kept = incoming.Request.Headers.Where(h => KeptHeaders.Contains(h.Key) || h.Key.StartsWith("x-oss-meta-", StringComparison.Ordinal))
            .GroupBy(h => h.Key).ToDictionary(g => g.Key, g => g.Last().Value);
        kept.TryAdd("content-type", "application/octet-stream");
        var stored = new StoredObject(address.Bucket, address.Key, incoming.Body, $"\"{Convert.ToHexString(md5)}\"", world.Now, kept);
        var forbid = string.Equals(incoming.Request.Header("x-oss-forbid-overwrite"), "true", StringComparison.OrdinalIgnoreCase);
        if (!world.Objects.TryPut(stored, forbid)) throw new OssError(409, "FileAlreadyExists", "The object you specified already exists and can not be overwritten.", "0026-00000001");
        response.Headers.ETag = stored.ETag;
        response.Headers["Content-MD5"] = Convert.ToBase64String(md5);
    }

    public static byte[] Get(World world, OssAddress address, Incoming incoming)
    {
        var stored = world.Objects.Find(address.Bucket, address.Key) ?? throw new OssError(404, "NoSuchKey", "The specified key does not exist.", "0026-00000002");
        var response = incoming.Context.Response;
        foreach (var (name, value) in stored.Headers) response.Headers[name] = value;
        foreach (var (name, value) in incoming.Request.Query)
            if (name.StartsWith("response-", StringComparison.Ordinal)) response.Headers[name["response-".Length..]] = value;
        response.Headers.ETag = stored.ETag;
        response.Headers.LastModified = stored.LastModified.ToString("r", System.Globalization.CultureInfo.InvariantCulture);
        response.Headers["x-oss-object-type"] = "Normal";
        response.ContentLength = stored.Content.Length;
        return stored.Content;
    }

    public static void Delete(World world, OssAddress address, HttpResponse response)
    {
        world.Objects.Delete(address.Bucket, address.Key);
        response.StatusCode = 204;
    }
}
