using System.Text.Json;

namespace Broker.Quickstart;

/// <summary>What <c>quickstart.json</c> says: where everything is, and the demo's keys. Prints no key.</summary>
sealed record Ready(
    string Api, string Management, string Sts, string Oss, string AdminKey, string Tenant, string Role,
    string ApiKey, string CredentialUrl, string Bucket, string Region, int Pid)
{
    public override string ToString() => $"{Api} {Tenant}/{Role}";
}

/// <summary>The file <c>quickstart.json</c>: it stands from when the quickstart is ready to its next start, and only its owner may read it.</summary>
sealed class ReadyFile(string directory)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    readonly string _path = Path.Combine(directory, "quickstart.json");

    /// <summary>What the last start wrote, whose keys are kept; null when there is nothing that can be read. Removes it.</summary>
    public Ready? Take()
    {
        if (!File.Exists(_path)) return null;
        try { return JsonSerializer.Deserialize<Ready>(File.ReadAllBytes(_path), Json); }
        catch (JsonException) { return null; }
        finally { File.Delete(_path); }
    }

    /// <summary>Written under another name and renamed, so that no reader sees a half of it.</summary>
    public void Write(Ready ready)
    {
        var unfinished = $"{_path}.new";
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(unfinished, options)) JsonSerializer.Serialize(stream, ready, Json);
        File.Move(unfinished, _path, overwrite: true);
    }
}
