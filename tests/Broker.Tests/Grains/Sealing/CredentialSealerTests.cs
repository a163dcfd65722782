using System.Text;
using Broker.Grains.Sealing;
using CsCheck;

namespace Broker.Tests.Grains.Sealing;

public class CredentialSealerTests
{
    const string Row = "r/acme/uploads", State = "role-credentials-v1";
    static readonly byte[] Secret = Encoding.UTF8.GetBytes("a secret that must not be seen");

    static KeyValuePair<string, byte[]> Key(string id, byte seed) => new(id, [.. Enumerable.Repeat(seed, MasterKeyRing.KeyBytes)]);

    static CredentialSealer Sealer(string active = "k1", string service = "broker", params KeyValuePair<string, byte[]>[] keys) =>
        new(new(keys.Length > 0 ? keys : [Key("k1", 1)], active), service);

    [Fact]
    public void What_was_sealed_opens_and_does_not_show() =>
        Gen.Byte.Array[0, 2000].Sample(content =>
        {
            var envelope = Sealer().Seal(Row, State, content);
            return Sealer().TryOpen(Row, State, envelope)!.SequenceEqual(content);
        });

    [Fact]
    public void An_envelope_shows_nothing_of_its_content() =>
        Assert.Equal(-1, Sealer().Seal(Row, State, Secret).AsSpan().IndexOf(Secret.AsSpan(0, 6)));

    [Fact]
    public void An_envelope_opens_in_its_own_row_only()
    {
        var envelope = Sealer().Seal(Row, State, Secret);
        Assert.Null(Sealer().TryOpen("r/acme/downloads", State, envelope));
        Assert.Null(Sealer().TryOpen("r/other/uploads", State, envelope));
        Assert.Null(Sealer().TryOpen(Row, "role-credentials-v2", envelope));
        Assert.Null(Sealer(service: "another").TryOpen(Row, State, envelope));
    }

    [Fact]
    public void An_envelope_with_any_bit_changed_or_any_end_cut_does_not_open()
    {
        var envelope = Sealer().Seal(Row, State, Secret);
        for (var bit = 0; bit < envelope.Length * 8; bit++)
        {
            var changed = envelope.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(Sealer().TryOpen(Row, State, changed));
        }
        for (var length = 0; length < envelope.Length; length++)
            Assert.Null(Sealer().TryOpen(Row, State, envelope.AsSpan(0, length)));
    }

    [Fact]
    public void Two_envelopes_of_the_same_content_differ() =>
        Assert.NotEqual(Sealer().Seal(Row, State, Secret), Sealer().Seal(Row, State, Secret));

    [Fact]
    public void An_old_key_still_opens_what_it_sealed_and_a_removed_one_does_not()
    {
        var old = Sealer().Seal(Row, State, Secret);
        Assert.Equal(Secret, Sealer("k2", keys: [Key("k1", 1), Key("k2", 2)]).TryOpen(Row, State, old));
        Assert.Null(Sealer("k2", keys: [Key("k2", 2)]).TryOpen(Row, State, old));
    }

    [Fact]
    public void A_malformed_ring_is_refused_without_its_keys()
    {
        var shortKey = Assert.Throws<ArgumentException>(() => new MasterKeyRing([new("k1", [1, 2, 3])], "k1"));
        Assert.Contains("'k1' must have 32 bytes", shortKey.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new MasterKeyRing([Key("k 1", 1)], "k 1"));
        Assert.Throws<ArgumentException>(() => new MasterKeyRing([Key("k1", 1)], "k2"));
    }
}
