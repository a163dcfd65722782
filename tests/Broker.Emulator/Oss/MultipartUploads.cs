using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Broker.Emulator.State;

namespace Broker.Emulator.Oss;

/// <summary>Uploads in parts: begun, sent part by part, completed or aborted. Kept in memory.</summary>
sealed class MultipartUploads
{
    /// <summary>Of every part but the last.</summary>
    const int LeastPartBytes = 100 * 1024;

    sealed record Upload(OssAddress Address, Incoming Begun, ConcurrentDictionary<int, byte[]> Parts);

    readonly ConcurrentDictionary<string, Upload> _uploads = new();

    public byte[] Begin(OssAddress address, Incoming incoming)
    {
        var id = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        _uploads[id] = new(address, incoming, new());
        return Xml(new XElement("InitiateMultipartUploadResult", new XElement("Bucket", address.Bucket), new XElement("Key", address.Key), new XElement("UploadId", id)));
    }

    public void PutPart(OssAddress address, Incoming incoming)
    {
        if (!int.TryParse(incoming.Request.Parameter("partNumber"), out var number) || number is < 1 or > 10_000)
            throw new OssError(400, "InvalidArgument", "partNumber must be 1 to 10000.", "0042-00000001");
        Find(address, incoming).Parts[number] = incoming.Body;
        incoming.Context.Response.Headers.ETag = ETag(incoming.Body);
    }

    public byte[] Complete(World world, OssAddress address, Incoming incoming)
    {
        var upload = Find(address, incoming);
        var content = Joined(upload, Named(incoming.Body));
        var headers = upload.Begun.Request.Headers.Concat(incoming.Request.Headers.Where(h => h.Key == "x-oss-forbid-overwrite")).Where(h => h.Key != "content-md5").ToList();
        ObjectOperations.Put(world, address, incoming with { Body = content, Request = incoming.Request with { Headers = headers } }, incoming.Context.Response);
        _uploads.TryRemove(incoming.Request.Parameter("uploadId")!, out _);
        return Xml(new XElement("CompleteMultipartUploadResult", new XElement("Bucket", address.Bucket), new XElement("Key", address.Key), new XElement("ETag", incoming.Context.Response.Headers.ETag.ToString())));
    }

    public void Abort(OssAddress address, Incoming incoming)
    {
        Find(address, incoming);
        _uploads.TryRemove(incoming.Request.Parameter("uploadId")!, out _);
        incoming.Context.Response.StatusCode = 204;
    }

    public byte[] ListParts(OssAddress address, Incoming incoming) => Xml(new XElement("ListPartsResult", new XElement("Bucket", address.Bucket), new XElement("Key", address.Key),
        Find(address, incoming).Parts.OrderBy(p => p.Key).Select(p => new XElement("Part", new XElement("PartNumber", p.Key), new XElement("ETag", ETag(p.Value)), new XElement("Size", p.Value.Length)))));

    static byte[] Joined(Upload upload, List<(int Number, string ETag)> named)
    {
        if (named.Count == 0) throw new OssError(400, "MalformedXML", "An upload has one part at least.", "0042-00000004");
        if (named.Zip(named.Skip(1)).Any(pair => pair.First.Number >= pair.Second.Number))
            throw new OssError(400, "InvalidPartOrder", "The list of parts was not in ascending order.", "0042-00000005");
        var parts = named.ConvertAll(part => upload.Parts.TryGetValue(part.Number, out var bytes) && ETag(bytes).Trim('"') == part.ETag
            ? bytes : throw new OssError(400, "InvalidPart", "A part is missing or another.", "0042-00000002"));
        if (parts.SkipLast(1).Any(part => part.Length < LeastPartBytes))
            throw new OssError(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size.", "0042-00000006");
        using var content = new MemoryStream();
        foreach (var part in parts) content.Write(part);
        return content.ToArray();
    }

    Upload Find(OssAddress address, Incoming incoming) =>
        _uploads.TryGetValue(incoming.Request.Parameter("uploadId") ?? "", out var upload) && upload.Address == address
            ? upload : throw new OssError(404, "NoSuchUpload", "The specified upload does not exist.", "0042-00000003");

    static List<(int Number, string ETag)> Named(byte[] body)
    {
        try { return [.. XElement.Parse(Encoding.UTF8.GetString(body)).Elements("Part").Select(p => ((int)p.Element("PartNumber")!, p.Element("ETag")!.Value.Trim('"')))]; }
        catch (Exception e) when (e is System.Xml.XmlException or ArgumentNullException or NullReferenceException or FormatException) { throw new OssError(400, "MalformedXML", "The XML is malformed.", "0042-00000004"); }
    }

    static string ETag(byte[] content) => $"\"{Convert.ToHexString(MD5.HashData(content))}\"";

    static byte[] Xml(XElement element) => Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{element}");
}
