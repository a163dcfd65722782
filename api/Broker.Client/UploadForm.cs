using System.Text.Json.Serialization;

namespace Broker.Client;

/// <summary>An upload form to be signed. What it asks for may only tighten what the role permits.</summary>
public sealed record UploadFormRequest
{
    /// <summary>The object, below the role's prefix. This or <see cref="KeyPrefix"/>.</summary>
    public string? Key { get; init; }

    /// <summary>What the file's own name follows.</summary>
    public string? KeyPrefix { get; init; }

    /// <summary>The least size, in bytes; null: the role's.</summary>
    public long? MinBytes { get; init; }

    /// <summary>The largest size, in bytes; null: the role's.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Permitted types; null: the role's.</summary>
    public string[]? ContentTypes { get; init; }

    /// <summary>Its life, in seconds; null: as long as the role permits.</summary>
    public int? ExpiresIn { get; init; }

    /// <summary>What OSS answers: 200, 201 or 204; null: 200.</summary>
    public int? SuccessStatus { get; init; }

    /// <summary>Where OSS sends the browser afterwards; null: nowhere.</summary>
    public string? SuccessRedirect { get; init; }

    /// <summary><c>x-oss-meta-*</c> by their last part; null: none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>True: an object that exists is not replaced; null: as the role says.</summary>
    public bool? ForbidOverwrite { get; init; }
}

/// <summary>A signed upload form. Its fields hold a signature and a token, so it prints where it goes and until when.</summary>
/// <param name="Url">Where it is posted to.</param>
/// <param name="Fields">Every field but the file, in order.</param>
/// <param name="Dir">The role's full prefix.</param>
/// <param name="Expiration">When it really stops working.</param>
/// <param name="Clamped">Whether that is earlier than was asked for.</param>
public sealed record UploadForm(
    [property: JsonRequired] string Url, [property: JsonRequired] IReadOnlyDictionary<string, string> Fields, [property: JsonRequired] string Dir,
    [property: JsonRequired] DateTimeOffset Expiration, bool Clamped)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Url} until {Expiration:yyyy-MM-ddTHH:mm:ssZ}";
}
