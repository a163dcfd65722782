using System.Text.Json;
using System.Text.Json.Serialization;
using Broker.Api.Json;

namespace Broker.Api.Endpoints;

/// <summary>Credentials as Alibaba Cloud's SDKs read them from a credentials URI or the metadata service: flat, and in PascalCase.</summary>
/// <param name="Code"><c>Success</c>.</param>
/// <param name="AccessKeyId">The session's key.</param>
/// <param name="AccessKeySecret">The session's secret.</param>
/// <param name="SecurityToken">The session's token; its length has no bound by contract.</param>
/// <param name="Expiration">When STS ends them.</param>
/// <param name="LastUpdated">When they were minted.</param>
sealed record CredentialDocument(
    [property: JsonPropertyName("Code")] string Code,
    [property: JsonPropertyName("AccessKeyId")] string AccessKeyId,
    [property: JsonPropertyName("AccessKeySecret")] string AccessKeySecret,
    [property: JsonPropertyName("SecurityToken")] string SecurityToken,
    [property: JsonPropertyName("Expiration")] DateTimeOffset Expiration,
    [property: JsonPropertyName("LastUpdated")] DateTimeOffset LastUpdated)
{
    public static CredentialDocument Of(CredentialSnapshot snapshot) => new(
        "Success", snapshot.AccessKeyId, snapshot.AccessKeySecret, snapshot.SecurityToken, snapshot.Expiration, snapshot.IssuedAt);

    /// <summary>As it is answered.</summary>
    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, Wire.Options);

    public override string ToString() => AccessKeyId;
}

/// <summary>Credentials as the aliyun CLI expects them of an external process.</summary>
/// <param name="Mode"><c>StsToken</c>.</param>
/// <param name="AccessKeyId">The session's key.</param>
/// <param name="AccessKeySecret">The session's secret.</param>
/// <param name="StsToken">The session's token.</param>
/// <param name="Expiration">When STS ends them.</param>
sealed record CliCredentialDocument(
    string Mode,
    [property: JsonPropertyName("access_key_id")] string AccessKeyId,
    [property: JsonPropertyName("access_key_secret")] string AccessKeySecret,
    [property: JsonPropertyName("sts_token")] string StsToken,
    DateTimeOffset Expiration)
{
    public static IResult Answer(CredentialSnapshot snapshot) => WholeJson.Of(new CliCredentialDocument(
        "StsToken", snapshot.AccessKeyId, snapshot.AccessKeySecret, snapshot.SecurityToken, snapshot.Expiration));

    public override string ToString() => AccessKeyId;
}
