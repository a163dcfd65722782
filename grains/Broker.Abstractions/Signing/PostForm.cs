using System.Text.Json.Serialization;

namespace Broker;

/// <summary>An upload form that a caller wants. It may only tighten the role's <c>uploads</c>.</summary>
[GenerateSerializer, Immutable, Alias("Broker.PostFormRequest")]
public sealed record PostFormRequest
{
    /// <summary>The object's key, relative to the role's full prefix; null: keyPrefix is given.</summary>
    [Id(0)] public string? Key { get; init; }

    /// <summary>A prefix, relative to the role's full prefix, below which the browser's file name follows; null: key is given.</summary>
    [Id(1)] public string? KeyPrefix { get; init; }

    /// <summary>The least size in bytes; null: the role's.</summary>
    [Id(2)] public long? MinBytes { get; init; }

    /// <summary>The largest size in bytes; null: the role's.</summary>
    [Id(3)] public long? MaxBytes { get; init; }

    /// <summary>Permitted types: exact ones, or exactly one <c>type/*</c>; null: the role's.</summary>
    [Id(4)] public string[]? ContentTypes { get; init; }

    /// <summary>Its life in seconds; null: as long as the role's uploads.maxExpiresIn permits.</summary>
    [Id(5)] public int? ExpiresIn { get; init; }

    /// <summary>The status of a successful upload: 200 (default), 201 or 204.</summary>
    [Id(6)] public int SuccessStatus { get; init; } = 200;

    /// <summary>Where the browser goes after a successful upload; null: nowhere.</summary>
    [Id(7)] public string? SuccessRedirect { get; init; }

    /// <summary>Values of <c>x-oss-meta-*</c> by the name that follows.</summary>
    [Id(8)] public Dictionary<string, string> Metadata { get; init; } = [];

    /// <summary>True: an object that exists is not replaced; null: as the role says.</summary>
    [Id(9)] public bool? ForbidOverwrite { get; init; }

    /// <summary>Where OSS reports the upload; null: as the role says. Another than the role's is refused.</summary>
    [Id(10)] public string? Callback { get; init; }
}

/// <summary>An upload form.</summary>
/// <remarks>Prints its end only, because its fields are a permission.</remarks>
/// <param name="Url">Where it is posted to.</param>
/// <param name="Fields">Its fields in order; the file follows last.</param>
/// <param name="Dir">The role's full prefix.</param>
/// <param name="Expiration">When it stops working: its own end or its credentials', whichever is earlier.</param>
/// <param name="Clamped">Whether it ends earlier than was asked.</param>
/// <param name="AccessKeyId">The session's key that signed, for the audit; the form's own fields name it too.</param>
/// <param name="Version">The version of the role's settings, for the audit.</param>
[GenerateSerializer, Immutable, Alias("Broker.PostForm")]
public sealed record PostForm(
    [property: Id(0)] string Url,
    [property: Id(1), JsonConverter(typeof(OrderedFields))] KeyValuePair<string, string>[] Fields,
    [property: Id(2)] string Dir,
    [property: Id(3)] DateTimeOffset Expiration,
    [property: Id(4)] bool Clamped,
    [property: Id(5), JsonIgnore] string AccessKeyId,
    [property: Id(6), JsonIgnore] long Version)
{
    /// <inheritdoc/>
    public override string ToString() => $"form until {Expiration:yyyy-MM-ddTHH:mm:ssZ}";
}
