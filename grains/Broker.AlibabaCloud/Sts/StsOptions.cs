using System.Text.RegularExpressions;

namespace Broker.AlibabaCloud.Sts;

/// <summary>Where STS is. Configuration section <c>AlibabaCloud:Sts</c>.</summary>
public sealed partial class StsOptions
{
    /// <summary>
    /// The address, <c>https://host[:port]</c>; <c>http://</c> for loopback hosts only. Null (default): made from
    /// <see cref="Region"/> and <see cref="Vpc"/>.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The region whose STS is called, such as <c>cn-hangzhou</c>. Empty (default): the global <c>sts.aliyuncs.com</c>.</summary>
    public string Region { get; set; } = "";

    /// <summary>Whether to use the region's VPC address, <c>sts-vpc.{region}.aliyuncs.com</c>. Default false. Needs a region.</summary>
    public bool Vpc { get; set; }

    /// <summary>The address that the settings mean.</summary>
    public Uri Address => Endpoint ?? new Uri($"https://{Host}");

    string Host => (Region, Vpc) switch
    {
        ("", _) => "sts.aliyuncs.com",
        (_, true) => $"sts-vpc.{Region}.aliyuncs.com",
        _ => $"sts.{Region}.aliyuncs.com",
    };

    /// <summary>The rule that the settings break, naming the key; null when they are valid.</summary>
    /// <param name="production">In Production, http is refused for loopback hosts too.</param>
    public string? BrokenRule(bool production)
    {
        if (!KnownRegion.IsMatch(Region)) return "AlibabaCloud:Sts:Region must be a region's id, such as cn-hangzhou.";
        if (Vpc && Region.Length == 0 && Endpoint is null) return "AlibabaCloud:Sts:Vpc needs AlibabaCloud:Sts:Region.";
        var secure = Address.Scheme == Uri.UriSchemeHttps || (Address.Scheme == Uri.UriSchemeHttp && Address.IsLoopback && !production);
        if (!secure || Address.PathAndQuery != "/" || Address.UserInfo.Length > 0)
            return "AlibabaCloud:Sts:Endpoint must be https://host[:port]; http:// is for loopback hosts only, and never in Production.";
        return null;
    }

    [GeneratedRegex(@"\A[a-z0-9-]{0,40}\z")]
    private static partial Regex KnownRegion { get; }
}
