using System.Text;

namespace Broker.Tests.EndToEnd;

/// <summary>Looks for secrets in every form in which they could stand somewhere in the clear.</summary>
sealed class SecretSearch
{
    readonly Dictionary<string, byte[][]> _secrets = [];

    public IReadOnlyCollection<string> Secrets => _secrets.Keys;

    public void Add(IEnumerable<string> secrets)
    {
        foreach (var secret in secrets) _secrets.TryAdd(secret, Forms(secret));
    }

    /// <summary>The secrets that stand in the text.</summary>
    public IEnumerable<string> In(string text) => In(Encoding.UTF8.GetBytes(text));

    /// <summary>The secrets that stand in the bytes.</summary>
    public IEnumerable<string> In(byte[] bytes) => _secrets.Where(secret => secret.Value.Any(form => bytes.AsSpan().IndexOf(form) >= 0)).Select(secret => secret.Key);

    /// <summary>A long one by its beginning: a part of it is too much already.</summary>
    static byte[][] Forms(string secret)
    {
        var beginning = secret[..Math.Min(secret.Length, 60)];
        // Whole groups only: what follows the secret would change the last one.
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(beginning).AsSpan(0, beginning.Length / 3 * 3));
        string[] texts = [beginning, Uri.EscapeDataString(beginning), base64, base64.Replace('+', '-').Replace('/', '_')];
        return [.. texts.Distinct().SelectMany(text => (byte[][])[Encoding.UTF8.GetBytes(text), Encoding.Unicode.GetBytes(text)])];
    }
}
