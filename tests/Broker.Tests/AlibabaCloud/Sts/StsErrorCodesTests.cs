using Broker.AlibabaCloud.Sts;

namespace Broker.Tests.AlibabaCloud.Sts;

public class StsErrorCodesTests
{
    [Theory]
    [InlineData(403, "NoPermission", StsFailure.RoleRefused)]
    [InlineData(404, "EntityNotExist.Role", StsFailure.RoleRefused)]
    [InlineData(400, "InvalidParameter", StsFailure.RoleRefused)]
    [InlineData(400, "InvalidParameter.PolicyGrammar", StsFailure.RoleRefused)]
    [InlineData(400, "InvalidParameter.ExternalId", StsFailure.RoleRefused)]
    [InlineData(400, "MissingParameter.RoleArn", StsFailure.RoleRefused)]
    [InlineData(400, "MissingRoleArn", StsFailure.RoleRefused)]
    [InlineData(403, "AuthenticationFail.ApiUsername", StsFailure.IdentityRefused)]
    [InlineData(404, "InvalidAccessKeyId.NotFound", StsFailure.IdentityRefused)]
    [InlineData(403, "InvalidAccessKeyId.Inactive", StsFailure.IdentityRefused)]
    [InlineData(400, "SignatureDoesNotMatch", StsFailure.IdentityRefused)]
    [InlineData(400, "IncompleteSignature", StsFailure.IdentityRefused)]
    [InlineData(400, "InvalidSecurityToken.Expired", StsFailure.IdentityRefused)]
    [InlineData(400, "MissingSecurityToken", StsFailure.IdentityRefused)]
    [InlineData(400, "InvalidTimeStamp.Expired", StsFailure.Clock)]
    [InlineData(400, "SignatureNonceUsed", StsFailure.Clock)]
    [InlineData(400, "Throttling", StsFailure.Throttled)]
    [InlineData(400, "Throttling.User", StsFailure.Throttled)]
    [InlineData(503, "Throttling.Api", StsFailure.Throttled)]
    [InlineData(429, "Anything", StsFailure.Throttled)]
    [InlineData(500, "InternalError", StsFailure.Unavailable)]
    [InlineData(503, "ServiceUnavailable", StsFailure.Unavailable)]
    [InlineData(400, "ServiceUnavailableTemporary", StsFailure.Unavailable)]
    [InlineData(502, "", StsFailure.Unavailable)]
    public void Every_known_code_has_its_class(int status, string code, StsFailure expected) =>
        Assert.Equal(expected, StsErrorCodes.Classify(status, code, asksToRetryLater: false));

    [Fact]
    public void Any_error_with_a_retry_after_is_throttling() =>
        Assert.Equal(StsFailure.Throttled, StsErrorCodes.Classify(400, "Whatever", asksToRetryLater: true));
}
