using Broker.AlibabaCloud;
using Broker.AlibabaCloud.Oss;

namespace Broker.Grains.Signing;

/// <summary>One session that signs: its credential, where its objects lie, and when it ends. The life of what it signs ends with it.</summary>
sealed class SigningSession(ICloud cloud, CredentialSnapshot snapshot, OssPlace place, string prefix)
{
    public IOssSigner Signer { get; } = cloud.Signer(new(snapshot.AccessKeyId, snapshot.AccessKeySecret, snapshot.SecurityToken), place);

    public CredentialSnapshot Snapshot => snapshot;

    public OssPlace Place => place;

    public string Prefix => prefix;

    /// <summary>The life that is left for something that shall live so long: signatures count from whole seconds.</summary>
    public Life LifeOf(int expiresIn, DateTimeOffset now)
    {
        var begin = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        var left = (int)Math.Min(int.MaxValue, (snapshot.Expiration - begin).TotalSeconds);
        var seconds = Math.Min(expiresIn, left);
        return new(begin, seconds, begin.AddSeconds(seconds), seconds < expiresIn);
    }
}

/// <summary>When something signed begins and ends.</summary>
readonly record struct Life(DateTimeOffset Begin, int Seconds, DateTimeOffset End, bool Clamped);
