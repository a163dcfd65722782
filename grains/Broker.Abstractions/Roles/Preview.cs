using System.Text.Json.Serialization;

namespace Broker;

/// <summary>What a role's settings would mean if they were put.</summary>
/// <param name="Policy">The session policy; kept as its text.</param>
/// <param name="Bytes">Its length as STS counts it; at most 2,047.</param>
/// <param name="EstimatedTokenGrowth">
/// By how many bytes it lengthens the SecurityToken. An estimate: the token is opaque and its form is not published; this takes
/// it for the policy in base64, four bytes for three.
/// </param>
/// <param name="Warnings">What is permitted but may surprise; a sentence each.</param>
/// <param name="Changes">What differs from the settings as they stand; all of it when there are none yet.</param>
[GenerateSerializer, Immutable, Alias("Broker.Preview")]
public sealed record Preview(
    [property: Id(0), JsonConverter(typeof(RawJson))] string Policy,
    [property: Id(1)] int Bytes,
    [property: Id(2)] int EstimatedTokenGrowth,
    [property: Id(3)] string[] Warnings,
    [property: Id(4)] SettingChange[] Changes);

/// <summary>A setting that differs.</summary>
/// <param name="Field">Its path, such as <c>uploads.maxBytes</c>.</param>
/// <param name="From">The value as it stands; kept as its text.</param>
/// <param name="To">The value that was given; kept as its text.</param>
[GenerateSerializer, Immutable, Alias("Broker.SettingChange")]
public sealed record SettingChange(
    [property: Id(0)] string Field,
    [property: Id(1), JsonConverter(typeof(RawJson))] string From,
    [property: Id(2), JsonConverter(typeof(RawJson))] string To);
