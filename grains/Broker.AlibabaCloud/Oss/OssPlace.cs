namespace Broker.AlibabaCloud.Oss;

/// <summary>How a bucket is addressed.</summary>
public enum OssAddressing
{
    /// <summary>The bucket is the first label of the host.</summary>
    Virtual,
    /// <summary>The host is the bucket's own.</summary>
    Cname,
    /// <summary>The bucket is the first segment of the path; OSS itself refuses that, emulators on loopback do not.</summary>
    Path,
}

/// <summary>Where a bucket is.</summary>
/// <param name="Bucket">Its name.</param>
/// <param name="Region">Its region's id, such as <c>cn-hangzhou</c>; never empty, because signatures name it.</param>
/// <param name="Endpoint"><c>https://host[:port]</c>: the public, internal, accelerate or dual-stack one of the region, or the cname; null: the public one.</param>
/// <param name="Addressing">How the bucket is named.</param>
public sealed record OssPlace(string Bucket, string Region, string? Endpoint, OssAddressing Addressing)
{
    /// <summary>The bucket's address, without a final slash.</summary>
    public string Url
    {
        get
        {
            var endpoint = EndpointAddress;
            return Addressing switch
            {
                OssAddressing.Virtual => $"{endpoint.Scheme}://{Bucket}.{endpoint.Authority}",
                OssAddressing.Cname => $"{endpoint.Scheme}://{endpoint.Authority}",
                _ => $"{endpoint.Scheme}://{endpoint.Authority}/{Bucket}",
            };
        }
    }

    /// <summary>The endpoint's address.</summary>
    internal Uri EndpointAddress => new(Endpoint ?? $"https://oss-{Region}.aliyuncs.com");

    /// <summary>The Host header of requests to it.</summary>
    public string Host => new Uri(Url).Authority;
}
