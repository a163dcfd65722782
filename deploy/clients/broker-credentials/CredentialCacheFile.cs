using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Broker.Client;

namespace Broker.Credentials;

/// <summary>What is on disk cannot be trusted, or not be kept.</summary>
sealed class UnsafeCacheException(string message) : Exception(message);

/// <summary>
/// One role's credentials on disk: in a directory that is its owner's alone (0700), in a file that is (0600), replaced as a whole. A
/// directory or file that others may read or write is not used. Each broker, tenant, role and key has a file of its own.
/// </summary>
sealed class CredentialCacheFile
{
    const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    readonly string _file;

    CredentialCacheFile(string file) => _file = file;

    /// <param name="environment"><c>BROKER_CACHE</c> names the directory; by default <c>broker</c> in <c>XDG_CACHE_HOME</c>, or <c>~/.cache</c>.</param>
    /// <param name="options">Whose credentials they are.</param>
    /// <exception cref="UnsafeCacheException">The directory cannot be made, or others may reach it.</exception>
    public static CredentialCacheFile Open(Func<string, string?> environment, BrokerClientOptions options)
    {
        string? Text(string name) => environment(name) is { Length: > 0 } value ? value : null;
        var home = Text("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var directory = Text("BROKER_CACHE") ?? Path.Combine(Text("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"), "broker");
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
            else Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new UnsafeCacheException($"'{directory}' cannot be made: {e.GetType().Name}."); }
        DemandPrivate(directory);
        var name = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', options.Address, options.Tenant, options.Role, options.ApiKeyFile, options.ApiKey)));
        return new(Path.Combine(directory, $"{Convert.ToHexStringLower(name.AsSpan(0, 16))}.json"));
    }

    /// <summary>Null: there are none, or none that can be read.</summary>
    /// <exception cref="UnsafeCacheException">Others may read or write them.</exception>
    public async Task<RoleCredentials?> ReadAsync()
    {
        if (!File.Exists(_file)) return null;
        DemandPrivate(_file);
        try { return JsonSerializer.Deserialize<RoleCredentials>(await File.ReadAllBytesAsync(_file)); }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException) { return null; }
    }

    /// <exception cref="UnsafeCacheException">They cannot be written.</exception>
    public async Task WriteAsync(RoleCredentials credentials)
    {
        var fresh = $"{_file}.{Environment.ProcessId}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            await using (var stream = new FileStream(fresh, options)) await JsonSerializer.SerializeAsync(stream, credentials);
            File.Move(fresh, _file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(fresh);
            throw new UnsafeCacheException($"'{_file}' cannot be written: {e.GetType().Name}.");
        }
    }

    public void Delete() => File.Delete(_file);

    static void DemandPrivate(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0) throw new UnsafeCacheException($"'{path}' is open to others: its mode must be {(Directory.Exists(path) ? "0700" : "0600")}.");
    }
}
