using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Broker.Tests.Contracts;

/// <summary>What some version wrote, and what it meant by that.</summary>
sealed record ApprovedSample(byte[] Bytes, JsonNode Reads);

/// <summary>Every contract that a version ever had: states by the names of their rows, and samples of every type, the oldest first.</summary>
sealed record ContractFile(SortedDictionary<string, string> States, SortedDictionary<string, List<ApprovedSample>> Samples)
{
    static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Approved { get; } = Beside("contracts.approved.json");

    public static string Received { get; } = Beside("contracts.received.json");

    public static ContractFile Read() => JsonSerializer.Deserialize<ContractFile>(File.ReadAllText(Approved), Readable)!;

    /// <summary>Appends the sample, unless it is the newest already.</summary>
    public bool Takes(string name, ApprovedSample sample)
    {
        if (!Samples.TryGetValue(name, out var samples)) Samples[name] = samples = [];
        if (samples is [.., var newest] && newest.Bytes.AsSpan().SequenceEqual(sample.Bytes) && JsonNode.DeepEquals(newest.Reads, sample.Reads)) return false;
        samples.Add(sample);
        return true;
    }

    public void Write() => File.WriteAllText(Received, JsonSerializer.Serialize(this, Readable) + "\n");

    static string Beside(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, name);
}
