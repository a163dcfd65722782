namespace Broker;

/// <summary>An upload form in V1, as the page of Alibaba Cloud's guide reads it.</summary>
/// <remarks>Prints nothing of it, because it is a permission.</remarks>
/// <param name="Policy">The policy, base64.</param>
/// <param name="Signature">Its V1 signature, base64.</param>
/// <param name="OssAccessKeyId">The session's key.</param>
/// <param name="Host">Where the form is posted to.</param>
/// <param name="Dir">The prefix of the key, which the page completes with the file's name.</param>
/// <param name="SecurityToken">The one field that the guide's page must add, as <c>x-oss-security-token</c>.</param>
/// <param name="Version">The version of the role's settings, for the audit.</param>
[GenerateSerializer, Immutable, Alias("Broker.GuideForm")]
public sealed record GuideForm(
    [property: Id(0)] string Policy,
    [property: Id(1)] string Signature,
    [property: Id(2)] string OssAccessKeyId,
    [property: Id(3)] string Host,
    [property: Id(4)] string Dir,
    [property: Id(5)] string SecurityToken,
    [property: Id(6), System.Text.Json.Serialization.JsonIgnore] long Version)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(GuideForm);
}
