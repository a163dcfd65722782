using System.Text.Json;
using Broker.Client;

namespace Broker.Credentials;

/// <summary>Credentials as other programs read them.</summary>
static class Documents
{
    /// <summary>Source: the aliyun CLI's profile of mode External.</summary>
    public static string Cli(RoleCredentials credentials) => JsonSerializer.Serialize(new
    {
        mode = "StsToken", access_key_id = credentials.AccessKeyId, access_key_secret = credentials.AccessKeySecret, sts_token = credentials.SecurityToken, expiration = End(credentials),
    });

    /// <summary>Source: the OSS SDK for Go 2, ProcessCredentialsProvider.</summary>
    public static string Oss(RoleCredentials credentials) => JsonSerializer.Serialize(new
    {
        credentials.AccessKeyId, credentials.AccessKeySecret, credentials.SecurityToken, Expiration = End(credentials),
    });

    static string End(RoleCredentials credentials) => credentials.Expiration.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
}
