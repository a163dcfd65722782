using System.Security.Cryptography;
using System.Text;

namespace Broker.Grains.Minting;

/// <summary>
/// The RoleSessionName of a role's sessions. It is the only context of ours that the cloud's logs show, so it names tenant
/// and role: <c>{tenant}@{role}</c>, within STS's 64 characters of <c>A-Z a-z 0-9 . @ - _</c>.
/// </summary>
static class SessionName
{
    const int Longest = 64, HashCharacters = 8;

    /// <summary>Whole where it fits; otherwise the beginnings of both names and a hash that tells them from others.</summary>
    public static string Of(RoleKey key)
    {
        var whole = $"{key.Tenant}@{key.Role}";
        if (whole.Length <= Longest) return whole;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(whole)))[..HashCharacters];
        var room = Longest - HashCharacters - 2;
        var roleLength = Math.Min(key.Role.Length, Math.Max(room / 2, room - key.Tenant.Length));
        return $"{key.Tenant[..Math.Min(key.Tenant.Length, room - roleLength)]}@{key.Role[..roleLength]}.{hash}";
    }
}
