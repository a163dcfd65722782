using BenchmarkDotNet.Attributes;
using Broker.AlibabaCloud.Oss;

namespace Broker.Benchmarks;

/// <summary>An upload form's policy, with the conditions that the broker always sets, and its signature.</summary>
public class UploadForms
{
    const long LargestObject = 100 * 1024 * 1024;

    readonly OssSigner _signer = Subject.Signer;

    /// <summary>One form.</summary>
    [Benchmark]
    public string One()
    {
        var policy = new PostPolicy(Subject.Now.AddMinutes(15))
            .Equal("bucket", Subject.Place.Bucket).Length(0, LargestObject).StartsWith("key", $"{Subject.Prefix}avatars/")
            .Equal("content-type", "image/png").Equal("x-oss-content-type", "image/png")
            .Equal("x-oss-object-acl", "default").Equal("x-oss-forbid-overwrite", "false").Equal("success_action_status", "200")
            .Equal("x-oss-signature-version", OssV4Signer.Algorithm).Equal("x-oss-credential", _signer.Scope(Subject.Now))
            .Equal("x-oss-date", OssV4Signer.DateTime(Subject.Now)).Equal("x-oss-security-token", Subject.SecurityToken);
        return _signer.SignPolicy(policy.Encode(), Subject.Now);
    }
}
