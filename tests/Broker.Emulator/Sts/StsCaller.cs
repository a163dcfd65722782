using Broker.Emulator.State;

namespace Broker.Emulator.Sts;

/// <summary>Who signed a call: a RAM user, or a session of a role.</summary>
/// <param name="AccessKeyId">The key.</param>
/// <param name="Secret">Its secret.</param>
/// <param name="Session">The session; null: a user.</param>
sealed record StsCaller(string AccessKeyId, string Secret, Session? Session)
{
    /// <summary>The key's owner. A session's token belongs to its key and to no other; a user's key has none.</summary>
    public static StsCaller Find(World world, string accessKeyId, string? securityToken)
    {
        if (world.UserSecret(accessKeyId) is { } secret)
            return securityToken is null ? new(accessKeyId, secret, null) : throw new StsError(400, "InvalidSecurityToken.MismatchWithAccessKey", "The token does not belong to the key.");
        var session = world.Sessions.Find(accessKeyId) ?? throw new StsError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
        if (string.IsNullOrEmpty(securityToken)) throw new StsError(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.");
        if (securityToken != session.SecurityToken) throw new StsError(400, "InvalidSecurityToken.MismatchWithAccessKey", "The token does not belong to the key.");
        if (world.Now >= session.Expiration) throw new StsError(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.");
        return new(accessKeyId, session.AccessKeySecret, session);
    }

    public override string ToString() => AccessKeyId;
}
