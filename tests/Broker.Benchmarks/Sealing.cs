using System.Text;
using BenchmarkDotNet.Attributes;
using Broker.Grains.Sealing;

namespace Broker.Benchmarks;

/// <summary>A row with one session, sealed as it is stored, and opened again.</summary>
public class Sealing
{
    const string Row = "r/acme/uploads", State = "role-credentials-v1";

    readonly CredentialSealer _sealer = new(new([new("k1", new byte[MasterKeyRing.KeyBytes])], "k1"), "broker");
    readonly byte[] _content = Encoding.UTF8.GetBytes($"{Subject.AccessKeyId}{Subject.AccessKeySecret}{Subject.SecurityToken}");
    readonly byte[] _envelope;

    /// <summary>Seals the row that is opened.</summary>
    public Sealing() => _envelope = Seal();

    /// <summary>Seals it.</summary>
    [Benchmark]
    public byte[] Seal() => _sealer.Seal(Row, State, _content);

    /// <summary>Opens it.</summary>
    [Benchmark]
    public byte[]? Open() => _sealer.TryOpen(Row, State, _envelope);
}
