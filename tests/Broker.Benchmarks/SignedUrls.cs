using BenchmarkDotNet.Attributes;
using Broker.AlibabaCloud.Oss;

namespace Broker.Benchmarks;

/// <summary>V4 signed URLs of one session: one, and a batch of as many as the API permits.</summary>
public class SignedUrls
{
    const int LargestBatch = 1000, Life = 900;

    static readonly KeyValuePair<string, string>[] Headers = [new("content-type", "image/png")];

    readonly OssSigner _signer = Subject.Signer;
    readonly OssUrlRequest[] _batch = [.. Enumerable.Range(0, LargestBatch).Select(Put)];

    /// <summary>One URL.</summary>
    [Benchmark]
    public string One() => _signer.SignUrl(_batch[0], Life, Subject.Now);

    /// <summary>A batch; the figures are of each URL of it.</summary>
    [Benchmark(OperationsPerInvoke = LargestBatch)]
    public string[] Batch() => Array.ConvertAll(_batch, request => _signer.SignUrl(request, Life, Subject.Now));

    static OssUrlRequest Put(int number) => new("PUT", Subject.Place.Bucket, $"{Subject.Prefix}photos/{number}.png", [], Headers, []);
}
