using System.Text.Json;
using Broker.Api.Json;

namespace Broker.Api.Endpoints;

/// <summary>
/// Credentials as Alibaba Cloud's SDKs read them: flat strings, PascalCase, and times of exactly 20 characters. One shape
/// serves clients of a credentials URI and of the metadata service; the other is what the aliyun CLI expects of an external
/// process.
/// </summary>
static class CredentialDocument
{
    public static IResult Of(CredentialSnapshot snapshot) => new Result(snapshot, WriteUri);

    public static IResult ForCli(CredentialSnapshot snapshot) => new Result(snapshot, WriteCli);

    static void WriteUri(Utf8JsonWriter writer, CredentialSnapshot snapshot)
    {
        writer.WriteString("Code", "Success");
        writer.WriteString("AccessKeyId", snapshot.AccessKeyId);
        writer.WriteString("AccessKeySecret", snapshot.AccessKeySecret);
        writer.WriteString("SecurityToken", snapshot.SecurityToken);
        writer.WriteString("Expiration", Wire.Text(snapshot.Expiration));
        writer.WriteString("LastUpdated", Wire.Text(snapshot.IssuedAt));
    }

    static void WriteCli(Utf8JsonWriter writer, CredentialSnapshot snapshot)
    {
        writer.WriteString("mode", "StsToken");
        writer.WriteString("access_key_id", snapshot.AccessKeyId);
        writer.WriteString("access_key_secret", snapshot.AccessKeySecret);
        writer.WriteString("sts_token", snapshot.SecurityToken);
        writer.WriteString("expiration", Wire.Text(snapshot.Expiration));
    }

    sealed class Result(CredentialSnapshot snapshot, Action<Utf8JsonWriter, CredentialSnapshot> write) : IResult
    {
        static readonly JsonWriterOptions Relaxed = new() { Encoder = Wire.Options.Encoder };

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            await using var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter, Relaxed);
            writer.WriteStartObject();
            write(writer, snapshot);
            writer.WriteEndObject();
            httpContext.Response.ContentLength = writer.BytesCommitted + writer.BytesPending;
            await writer.FlushAsync(httpContext.RequestAborted);
            await httpContext.Response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }
    }
}
