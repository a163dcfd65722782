using System.Net;
using System.Text;
using Broker.Emulator.State;

namespace Broker.Emulator.Oss;

/// <summary>Which bucket and object a request names, by its host and path.</summary>
/// <param name="Bucket">The bucket; empty: the service.</param>
/// <param name="Key">The object; empty: the bucket itself.</param>
sealed record OssAddress(string Bucket, string Key)
{
    const int LongestKey = 1023;

    public static OssAddress Of(World world, string host, string path)
    {
        var name = host.Split(':')[0];
        var rest = path.TrimStart('/');
        var address = world.Buckets.Values.FirstOrDefault(b => b.Cname == name) is { } cname ? new(cname.Name, path[1..])
            : IsBare(name) ? Split(rest, path)
            : IsService(name) ? new("", rest)
            : new OssAddress(name.Split('.')[0], path[1..]);
        if (Encoding.UTF8.GetByteCount(address.Key) > LongestKey || address.Key.StartsWith('/') || address.Key.StartsWith('\\'))
            throw new OssError(400, "InvalidObjectName", "The specified object is not valid.", "0016-00000001");
        return address;
    }

    /// <summary>Path style is for loopback only; the real OSS refuses it.</summary>
    static bool IsBare(string name) => name == "localhost" || IPAddress.TryParse(name, out _);

    /// <summary>An endpoint without a bucket before it: <c>oss-{region}.aliyuncs.com</c> and its like, or <c>{region}.oss.aliyuncs.com</c>.</summary>
    static bool IsService(string name) => name.Split('.') is [_, "aliyuncs", "com"] or [_, "oss", "aliyuncs", "com"];

    static OssAddress Split(string rest, string path)
    {
        var slash = rest.IndexOf('/');
        return slash < 0 ? new(rest, "") : new(rest[..slash], path[(slash + 2)..]);
    }
}
