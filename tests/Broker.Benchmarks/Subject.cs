using Broker.AlibabaCloud.Oss;

namespace Broker.Benchmarks;

/// <summary>What is signed with, and where: a session as STS gives them, whose token has 800 bytes.</summary>
static class Subject
{
    const int TokenBytes = 800;

    public const string AccessKeyId = "STS.NUgyTestOnlyAccessKeyId0", AccessKeySecret = "OnlyForBenchmarks0OnlyForBenchmarks0OnlyForB", Prefix = "tenants/acme/uploads/";

    /// <summary>As real ones are: base64 with its signs, which a URL must escape.</summary>
    public static readonly string SecurityToken = string.Concat(Enumerable.Repeat("CAISzwN1q6Ft5B2yfSjIr5+/", TokenBytes / 24 + 1))[..TokenBytes];

    public static readonly OssPlace Place = new("acme-uploads", "cn-hangzhou", null, OssAddressing.Virtual);

    public static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    public static OssSigner Signer => new(new(AccessKeyId, AccessKeySecret, SecurityToken), Place);
}
