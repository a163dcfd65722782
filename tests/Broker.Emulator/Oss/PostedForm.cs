using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Broker.Emulator.Oss;

/// <summary>A multipart form up to its file, which is still to be read. The file must come last: OSS ignores what follows it.</summary>
sealed record PostedForm(Dictionary<string, string> Fields, string FileName, string FileType, Stream File)
{
    const int MostFieldBytes = 8 * 1024 * 1024;

    /// <summary>Reads the fields before the file.</summary>
    public static async Task<PostedForm> ReadAsync(Incoming incoming)
    {
        if (!MediaTypeHeaderValue.TryParse(incoming.Request.Header("content-type"), out var type) || type.MediaType != "multipart/form-data" || !type.Boundary.HasValue)
            throw Malformed("The body of your POST request is not well-formed multipart/form-data.");
        var reader = new MultipartReader(HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), incoming.Context.Request.Body);
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var left = MostFieldBytes;
        while (await NextAsync(reader, incoming.Context.RequestAborted) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) throw Malformed("A part has no disposition.");
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            if (name == "file") return new(fields, FileNameOf(disposition), section.ContentType ?? "application/octet-stream", section.Body);
            var value = await ReadAsync(section.Body, left, incoming.Context.RequestAborted) ?? throw Refused("The fields before the file are too long.");
            left -= value.Length;
            if (!fields.TryAdd(name, Encoding.UTF8.GetString(value))) throw Refused($"The field {name} is given twice.");
        }
        throw new OssError(400, "IncorrectNumberOfFilesInPOSTRequest", "POST requires exactly one file upload per request.", "0006-00000104");
    }

    public string? Field(string name) => Fields.GetValueOrDefault(name);

    /// <summary>The object's key, with the file's name in its place.</summary>
    public string Key => (Field("key") ?? throw new OssError(400, "InvalidArgument", "The field key is missing.", "0006-00000105")).Replace("${filename}", FileName, StringComparison.Ordinal);

    /// <summary>Reads the file, and of one that is too large no more than shows it.</summary>
    public async Task<byte[]> ReadFileAsync(long least, long most, CancellationToken cancellationToken)
    {
        var file = await ReadAsync(File, most, cancellationToken) ?? throw new OssError(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.", "0006-00000111");
        return file.Length >= least ? file : throw new OssError(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size.", "0006-00000110");
    }

    /// <summary>Null when there is more than <paramref name="most"/>.</summary>
    static async Task<byte[]?> ReadAsync(Stream part, long most, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (await part.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                if (content.Length + read > most) return null;
                content.Write(buffer, 0, read);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException) { throw Malformed("The form is malformed."); }
        return content.ToArray();
    }

    static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        try { return await reader.ReadNextSectionAsync(cancellationToken); }
        catch (Exception e) when (e is IOException or InvalidDataException) { throw Malformed("The form is malformed."); }
    }

    static string FileNameOf(ContentDispositionHeaderValue disposition)
    {
        var raw = disposition.FileNameStar.HasValue ? disposition.FileNameStar.ToString() : HeaderUtilities.RemoveQuotes(disposition.FileName).ToString();
        return raw[(raw.LastIndexOf('/') + 1)..];
    }

    static OssError Malformed(string message) => new(400, "MalformedPOSTRequest", message, "0006-00000101");

    static OssError Refused(string message) => new(400, "InvalidArgument", message, "0006-00000112");
}
