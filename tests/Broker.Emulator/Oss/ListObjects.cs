using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Broker.Emulator.Signatures;
using Broker.Emulator.State;

namespace Broker.Emulator.Oss;

/// <summary>ListObjectsV2.</summary>
static class ListObjects
{
    public static byte[] Run(World world, string bucket, SignedRequest request)
    {
        var prefix = request.Parameter("prefix") ?? "";
        var delimiter = request.Parameter("delimiter") ?? "";
        var most = int.TryParse(request.Parameter("max-keys"), out var asked) ? Math.Clamp(asked, 1, 1000) : 100;
        var after = request.Parameter("continuation-token") ?? request.Parameter("start-after") ?? "";
        var result = new XElement("ListBucketResult", new XElement("Name", bucket), new XElement("Prefix", prefix), new XElement("MaxKeys", most), new XElement("Delimiter", delimiter));
        var families = new HashSet<string>();
        var count = 0;
        var last = "";
        foreach (var stored in world.Objects.Below(bucket, prefix).Where(o => string.CompareOrdinal(o.Key, after) > 0))
        {
            if (count == most) break;
            last = stored.Key;
            var cut = delimiter.Length == 0 ? -1 : stored.Key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            if (cut >= 0 && !families.Add(stored.Key[..(cut + delimiter.Length)])) continue;
            count++;
            if (cut < 0) result.Add(Entry(stored));
        }
        foreach (var family in families) result.Add(new XElement("CommonPrefixes", new XElement("Prefix", family)));
        var more = world.Objects.Below(bucket, prefix).Any(o => string.CompareOrdinal(o.Key, last) > 0) && count == most;
        result.Add(new XElement("IsTruncated", more ? "true" : "false"), new XElement("KeyCount", count));
        if (more) result.Add(new XElement("NextContinuationToken", last));
        return Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{result}");
    }

    static XElement Entry(StoredObject stored) => new("Contents", new XElement("Key", stored.Key),
        new XElement("LastModified", stored.LastModified.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)),
        new XElement("ETag", stored.ETag), new XElement("Type", "Normal"), new XElement("Size", stored.Content.Length), new XElement("StorageClass", "Standard"));
}
