using System.Text.Json;
using System.Text.Json.Serialization;

namespace Broker.Client;

/// <summary>A failure as the broker writes it (RFC 9457).</summary>
sealed record ProblemDocument(string? Code, string? Detail, string? TraceId, string? StsCode, Dictionary<string, string[]>? Errors);

/// <summary>Several URLs to be signed.</summary>
sealed record SignedUrlBatch(IReadOnlyList<SignedUrlRequest> Requests);

/// <summary>URLs, in the order in which they were asked for.</summary>
sealed record SignedUrls([property: JsonRequired] SignedUrl[] Urls);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(RoleCredentials))]
[JsonSerializable(typeof(SignedUrlBatch))]
[JsonSerializable(typeof(SignedUrls))]
[JsonSerializable(typeof(UploadFormRequest))]
[JsonSerializable(typeof(UploadForm))]
sealed partial class BrokerJson : JsonSerializerContext;
