namespace Broker.AlibabaCloud.Sources;

/// <summary>Reads a file with a key in it.</summary>
static class IdentityFile
{
    const long Longest = 1024 * 1024;

    /// <exception cref="SourceIdentityException">It cannot be read.</exception>
    public static async Task<byte[]> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > Longest }) throw new SourceIdentityException($"'{file}' is longer than {Longest} bytes.");
            return await File.ReadAllBytesAsync(file, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SourceIdentityException($"'{file}' cannot be read: {e.GetType().Name}.");
        }
    }
}
