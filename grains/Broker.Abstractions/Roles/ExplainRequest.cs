using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Broker;

/// <summary>A request to OSS that somebody wants explained: would a session of the role be allowed it?</summary>
[GenerateSerializer, Immutable, Alias("Broker.ExplainRequest")]
public sealed partial record ExplainRequest
{
    /// <summary>An action of OSS, such as <c>oss:PutObject</c>.</summary>
    [JsonRequired, Id(0)] public string Action { get; init; } = "";

    /// <summary>The object's key, or for a listing its prefix, relative to the role's full prefix. Empty: the bucket itself, or a listing of all below the full prefix.</summary>
    [JsonRequired, Id(1)] public string Key { get; init; } = "";

    /// <summary>
    /// The client's address, as OSS sees it. Null (default): unknown; then a condition that asks for an address does not hold,
    /// one that excludes addresses does, and the reason says so.
    /// </summary>
    [Id(2)] public string? SourceAddress { get; init; }

    /// <summary>Whether the client uses https. Default true.</summary>
    [Id(3)] public bool SecureTransport { get; init; } = true;

    /// <summary>Throws <see cref="ErrorCode.InvalidRequest"/> with every broken rule, by field.</summary>
    public void Validate(string fullPrefix)
    {
        var errors = new FieldErrors();
        errors.Demand(OssAction().IsMatch(Action), "action", "must be an action of OSS, such as oss:PutObject");
        if (Key.Length > 0) errors.Note("key", KeyPrefix.BrokenKeyRule(Key) ?? KeyPrefix.BrokenKeyRule(fullPrefix + Key));
        errors.Demand(SourceAddress is null || IsAddress(SourceAddress), "sourceAddress", "must be an IP address");
        errors.ThrowIfAny();
    }

    // The parser also takes 1 for 0.0.0.1, octal parts, ports and scopes, which no policy means.
    static bool IsAddress(string text) => IPAddress.TryParse(text, out var address)
        && (address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() == text : !text.AsSpan().ContainsAny('[', '%'));

    [GeneratedRegex(@"\Aoss:[A-Za-z]{1,64}\z")]
    private static partial Regex OssAction();
}

/// <summary>What the compiled session policy says to a request.</summary>
/// <param name="Allowed">Whether it allows it.</param>
/// <param name="Reason">Sentences for people: which statement allows or denies it, or what is missing.</param>
/// <param name="Statement">The index of the statement that decided, from 0; null: none, so it is not allowed.</param>
/// <param name="Resource">The ARN that was matched.</param>
[GenerateSerializer, Immutable, Alias("Broker.Explanation")]
public sealed record Explanation(
    [property: Id(0)] bool Allowed,
    [property: Id(1)] string Reason,
    [property: Id(2)] int? Statement,
    [property: Id(3)] string Resource);
