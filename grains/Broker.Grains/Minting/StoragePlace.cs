using Broker.AlibabaCloud.Oss;

namespace Broker.Grains.Minting;

/// <summary>Where a storage entry's bucket is, as signatures and URLs name it.</summary>
public static class StoragePlace
{
    /// <param name="entry">An entry that follows the rules.</param>
    public static OssPlace Of(StorageEntry entry) => new(entry.Bucket, entry.Region, entry.Endpoint, entry.Addressing switch
    {
        "cname" => OssAddressing.Cname,
        "path" => OssAddressing.Path,
        _ => OssAddressing.Virtual,
    });
}
