using System.Text.Json;
using Broker.Silo.Storage;

namespace Broker.Quickstart;

/// <summary>The file that says where everything is: it stands from when all is ready to the next start, and only its owner may read it.</summary>
sealed class ReadyFile<TReady>(string path) where TReady : class
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>What the last start wrote, whose keys are kept; null when there is nothing that can be read. Removes it.</summary>
    public TReady? Take()
    {
        if (!File.Exists(path)) return null;
        try { return JsonSerializer.Deserialize<TReady>(File.ReadAllBytes(path), Json); }
        catch (JsonException) { return null; }
        finally { File.Delete(path); }
    }

    /// <summary>Written under another name and renamed, so that no reader sees a half of it.</summary>
    public void Write(TReady ready)
    {
        var unfinished = $"{path}.new";
        File.Delete(unfinished);
        using (var stream = OwnerOnlyFile.Open(unfinished, FileMode.CreateNew)) JsonSerializer.Serialize(stream, ready, Json);
        File.Move(unfinished, path, overwrite: true);
    }
}
