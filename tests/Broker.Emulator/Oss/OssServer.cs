using System.Xml.Linq;
using Broker.Emulator.Control;
using Broker.Emulator.State;

namespace Broker.Emulator.Oss;

/// <summary>OSS's address: takes a request apart, answers it, counts it.</summary>
sealed class OssServer(World world)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var requestId = Convert.ToHexString(Guid.NewGuid().ToByteArray())[..24];
        context.Response.Headers["x-oss-request-id"] = requestId;
        var incoming = await Incoming.ReadAsync(context);
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
            if (world.Faults.Take(operation) is { } fault) await FailAsync(context, fault);
            var session = OssAuthentication.Verify(world, incoming.Request, address);
            if (!world.Buckets.ContainsKey(address.Bucket)) throw new OssError(404, "NoSuchBucket", "The specified bucket does not exist.", "0015-00000101");
            OssAuthorization.Demand(world, session, operation == "HeadObject" ? "GetObject" : operation, address, incoming.Request, context);
            return (operation, Run(operation, address, incoming), null);
        }
        catch (OssError e) { return (operation, [], e); }
        catch (OperationCanceledException) { return (operation, [], new(499, "Aborted", "", "")); }
    }

    static string Operation(Incoming incoming, OssAddress address)
    {
        // Sub-resources name operations of their own.
        var part = incoming.Request.Query.Select(p => p.Key).FirstOrDefault(p => p is "acl" or "uploads" or "uploadId" or "tagging" or "append" or "delete" or "versions" or "cors" or "policy" or "lifecycle" or "symlink");
        if (part is not null || address.Key.Length == 0) return address.Key.Length == 0 && part is null ? "Bucket" : "SubResource";
        return incoming.Context.Request.Method switch
        {
            "PUT" when incoming.Request.Header("x-oss-copy-source") is null => "PutObject",
            "GET" => "GetObject",
            "HEAD" => "HeadObject",
            "DELETE" => "DeleteObject",
            var method => $"{method[..1]}{method[1..].ToLowerInvariant()}Object",
        };
    }

    byte[] Run(string operation, OssAddress address, Incoming incoming)
    {
        var response = incoming.Context.Response;
        switch (operation)
        {
            case "PutObject": ObjectOperations.Put(world, address, incoming, response); return [];
            case "GetObject": return ObjectOperations.Get(world, address, response);
            case "HeadObject": ObjectOperations.Get(world, address, response); return [];
            case "DeleteObject": ObjectOperations.Delete(world, address, response); return [];
            default: throw new OssError(501, "NotImplemented", $"The emulator does not know {incoming.Context.Request.Method} {operation}.", "0007-00000001");
        }
    }

    async Task FailAsync(HttpContext context, Fault fault)
    {
        if (fault.LatencyMs > 0) await Task.Delay(TimeSpan.FromMilliseconds(fault.LatencyMs), world.Clock, context.RequestAborted);
        if (fault.Status is { } status) throw new OssError(status, fault.Code ?? "", "A fault that was asked for.", "0000-00000000");
    }

    static async Task RefuseAsync(HttpContext context, OssError refusal, string requestId)
    {
        context.Response.ContentType = "application/xml";
        context.Response.Headers["x-oss-ec"] = refusal.Ec;
        var error = new XElement("Error", new XElement("Code", refusal.Code), new XElement("Message", refusal.Message), new XElement("RequestId", requestId),
            new XElement("HostId", context.Request.Host.Value), new XElement("EC", refusal.Ec));
        if (context.Request.Method != "HEAD") await context.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{error}", context.RequestAborted);
    }
}
