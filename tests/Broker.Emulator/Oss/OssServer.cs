using System.Globalization;
using System.Xml.Linq;
using Broker.Emulator.Control;
using Broker.Emulator.State;

namespace Broker.Emulator.Oss;

/// <summary>OSS's address: takes a request apart, answers it, counts it.</summary>
sealed class OssServer(World world)
{
    readonly MultipartUploads _uploads = new();

    public async Task AnswerAsync(HttpContext context)
    {
        var requestId = Convert.ToHexString(Guid.NewGuid().ToByteArray())[..24];
        context.Response.Headers["x-oss-request-id"] = requestId;
        if (Cors.Answer(context)) return;
        var incoming = Incoming.Of(context);
        var (operation, content, refusal) = await DecideAsync(context, incoming);
        if (refusal is not null) context.Response.StatusCode = refusal.Status;
        // Whoever has the answer finds it counted.
        world.Counters.Count(operation, refusal is null);
        if (incoming is not null)
            world.Requests.Add(new(world.Now, operation, context.Request.Method, incoming.Target, incoming.HeaderMap, [], context.Response.StatusCode, refusal?.Code));
        if (refusal is not null) await RefuseAsync(context, refusal, requestId);
        else if (content.Length > 0) await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

    async Task<(string Operation, byte[] Content, OssError? Refusal)> DecideAsync(HttpContext context, Incoming? incoming)
    {
        var operation = "Malformed";
        try
        {
            if (incoming is null) throw new OssError(400, "InvalidURI", "The request target is malformed.", "0002-00000001");
            var address = OssAddress.Of(world, context.Request.Host.Value ?? "", incoming.Request.Path);
            operation = Operation(incoming, address);
            // A form's file is read when the form was found to permit it, and no further.
            if (operation != "PostObject") incoming = await incoming.ReadAsync();
            if (world.Faults.Take(operation) is { } fault) await FailAsync(context, fault);
            if (operation.StartsWith("Unknown", StringComparison.Ordinal)) throw new OssError(501, "NotImplemented", $"The emulator does not know {operation}.", "0007-00000001");
            if (operation == "PostObject") return (operation, await PostObject.RunAsync(world, address.Bucket, incoming), null);
            var session = OssAuthentication.Verify(world, incoming.Request, address);
            if (!world.Buckets.ContainsKey(address.Bucket)) throw new OssError(404, "NoSuchBucket", "The specified bucket does not exist.", "0015-00000101");
            OssAuthorization.Demand(world, session, operation, address, incoming.Request, context);
            return (operation, Run(operation, address, incoming), null);
        }
        catch (OssError e) { return (operation, [], e); }
        catch (OperationCanceledException) { return (operation, [], new(499, "Aborted", "", "")); }
    }

    /// <summary>The operation by its name; what the emulator does not know keeps a name that says so.</summary>
    static string Operation(Incoming incoming, OssAddress address)
    {
        var request = incoming.Request;
        var part = request.Query.Select(p => p.Key).FirstOrDefault(p => SubResources.Contains(p));
        return (incoming.Context.Request.Method, part, address.Key.Length > 0) switch
        {
            ("POST", null, false) => "PostObject",
            ("GET", null, false) when request.Parameter("list-type") == "2" => "ListObjectsV2",
            ("PUT", null, true) when request.Header("x-oss-copy-source") is null => "PutObject",
            ("GET", null, true) => "GetObject",
            ("HEAD", null, true) => "HeadObject",
            ("DELETE", null, true) => "DeleteObject",
            ("POST", "uploads", true) => "InitiateMultipartUpload",
            ("PUT", "uploadId", true) when request.Header("x-oss-copy-source") is null => "UploadPart",
            ("POST", "uploadId", true) => "CompleteMultipartUpload",
            ("DELETE", "uploadId", true) => "AbortMultipartUpload",
            ("GET", "uploadId", true) => "ListParts",
            var (method, _, _) => $"Unknown{method}{part}",
        };
    }

    static readonly HashSet<string> SubResources =
        ["acl", "uploads", "uploadId", "tagging", "append", "delete", "versions", "cors", "policy", "lifecycle", "symlink", "restore", "x-oss-async-process"];

    byte[] Run(string operation, OssAddress address, Incoming incoming)
    {
        var response = incoming.Context.Response;
        switch (operation)
        {
            case "PutObject": ObjectOperations.Put(world, address, incoming, response); return [];
            case "GetObject": return ObjectOperations.Get(world, address, incoming);
            case "HeadObject": ObjectOperations.Get(world, address, incoming); return [];
            case "DeleteObject": ObjectOperations.Delete(world, address, response); return [];
            case "ListObjectsV2": return ListObjects.Run(world, address.Bucket, incoming.Request);
            case "InitiateMultipartUpload": return _uploads.Begin(address, incoming);
            case "UploadPart": _uploads.PutPart(address, incoming); return [];
            case "CompleteMultipartUpload": return _uploads.Complete(world, address, incoming);
            case "AbortMultipartUpload": _uploads.Abort(address, incoming); return [];
            case "ListParts": return _uploads.ListParts(address, incoming);
            default: throw new InvalidOperationException(operation);
        }
    }

    async Task FailAsync(HttpContext context, Fault fault)
    {
        if (fault.LatencyMs > 0) await Task.Delay(TimeSpan.FromMilliseconds(fault.LatencyMs), world.Clock, context.RequestAborted);
        if (fault.Status is { } status) throw new OssError(status, fault.Code ?? "", "A fault that was asked for.", "0000-00000000");
    }

    async Task RefuseAsync(HttpContext context, OssError refusal, string requestId)
    {
        context.Response.ContentType = "application/xml";
        context.Response.Headers["x-oss-ec"] = refusal.Ec;
        var error = new XElement("Error", new XElement("Code", refusal.Code), new XElement("Message", refusal.Message), new XElement("RequestId", requestId),
            new XElement("HostId", context.Request.Host.Value), new XElement("EC", refusal.Ec));
        // By which the vendor's clients set their clock.
        if (refusal.Code == "RequestTimeTooSkewed") error.Add(new XElement("ServerTime", world.Now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)));
        if (context.Request.Method != "HEAD") await context.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{error}", context.RequestAborted);
    }
}
