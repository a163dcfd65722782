using System.Security.Cryptography;
using System.Text;

namespace Broker.AlibabaCloud.Oss;

/// <summary>OSS's V1 signature of a form's policy, for pages that were written after Alibaba Cloud's guide. Everything else signs with V4.</summary>
public static class OssV1PolicySigner
{
    /// <summary>The signature, base64.</summary>
    /// <param name="policy">The policy, base64.</param>
    /// <param name="accessKeySecret">The key's secret.</param>
    public static string Sign(string policy, string accessKeySecret) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(accessKeySecret), Encoding.UTF8.GetBytes(policy)));
}
