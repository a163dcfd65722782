using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Broker.Emulator.Oss;

/// <summary>A multipart form with its file, which must come last: OSS ignores what follows it.</summary>
sealed record PostedForm(Dictionary<string, string> Fields, byte[] File, string FileName, string FileType)
{
    const int MostFieldBytes = 8 * 1024 * 1024;

    public static async Task<PostedForm> ReadAsync(Incoming incoming)
    {
        if (!MediaTypeHeaderValue.TryParse(incoming.Request.Header("content-type"), out var type) || type.MediaType != "multipart/form-data" || !type.Boundary.HasValue)
            throw new OssError(400, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.", "0006-00000101");
        var reader = new MultipartReader(HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), new MemoryStream(incoming.Body));
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            while (await reader.ReadNextSectionAsync(incoming.Context.RequestAborted) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) throw new InvalidDataException("no disposition");
                var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
                using var content = new MemoryStream();
                await section.Body.CopyToAsync(content, incoming.Context.RequestAborted);
                if (name == "file") return new(fields, content.ToArray(), FileNameOf(disposition), section.ContentType ?? "application/octet-stream");
                if (content.Length > MostFieldBytes || !fields.TryAdd(name, Encoding.UTF8.GetString(content.ToArray())))
                    throw new OssError(400, "InvalidArgument", $"The field {name} is too long or given twice.", "0006-00000112");
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException) { throw new OssError(400, "MalformedPOSTRequest", "The form is malformed.", "0006-00000101"); }
        throw new OssError(400, "IncorrectNumberOfFilesInPOSTRequest", "POST requires exactly one file upload per request.", "0006-00000104");
    }

    public string? Field(string name) => Fields.GetValueOrDefault(name);

    /// <summary>The object's key, with the file's name in its place.</summary>
    public string Key => (Field("key") ?? throw new OssError(400, "InvalidArgument", "The field key is missing.", "0006-00000105")).Replace("${filename}", FileName, StringComparison.Ordinal);

    static string FileNameOf(ContentDispositionHeaderValue disposition)
    {
        var raw = disposition.FileNameStar.HasValue ? disposition.FileNameStar.ToString() : HeaderUtilities.RemoveQuotes(disposition.FileName).ToString();
        return raw[(raw.LastIndexOf('/') + 1)..];
    }
}
