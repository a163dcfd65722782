using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Broker.Tests.EndToEnd.Fuzzing;

/// <summary>An answer as it came over the wire.</summary>
sealed record RawAnswer(int Status, Dictionary<string, string> Headers, string Text)
{
    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}

/// <summary>Sends bytes over a connection of their own and reads what comes back: clients of HTTP refuse to send most of what is sent here.</summary>
static class RawHttp
{
    /// <summary>Only a hang can last so long.</summary>
    static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    /// <summary>Null: the connection ended without an answer.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="request">All of the request.</param>
    /// <param name="ends">Whether the client says that nothing more comes, which ends a request that is not whole.</param>
    /// <exception cref="TimeoutException">Neither an answer nor an end.</exception>
    public static async Task<RawAnswer?> SendAsync(Uri address, byte[] request, bool ends)
    {
        using var patience = new CancellationTokenSource(Hang);
        using var client = new TcpClient();
        using var received = new MemoryStream();
        try
        {
            await client.ConnectAsync(address.Host, address.Port, patience.Token);
            await using var stream = client.GetStream();
            // The server may answer and close before it has read everything, so both go on at once.
            await Task.WhenAll(WriteAsync(client, stream, request, ends, patience.Token), ReadAsync(stream, received, patience.Token));
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested) { throw new TimeoutException("Neither an answer nor an end."); }
        return received.Length == 0 ? null : Parse(Encoding.UTF8.GetString(received.ToArray()));
    }

    static async Task WriteAsync(TcpClient client, NetworkStream stream, byte[] request, bool ends, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(request, cancellationToken);
            if (ends) client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException) { }
    }

    static async Task ReadAsync(NetworkStream stream, MemoryStream received, CancellationToken cancellationToken)
    {
        try { await stream.CopyToAsync(received, cancellationToken); }
        // What came before the reset is the answer.
        catch (Exception e) when (e is IOException or SocketException) { }
    }

    static RawAnswer Parse(string text)
    {
        // An interim answer comes before the real one.
        if (text.StartsWith("HTTP/1.1 100", StringComparison.Ordinal)) text = text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) throw new FormatException($"No HTTP answer: {text}");
        var lines = text[..end].Split("\r\n");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines[1..]) headers[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        var body = text[(end + 4)..];
        var chunked = headers.GetValueOrDefault("Transfer-Encoding") == "chunked" && body.Length > 0;
        return new(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, chunked ? Joined(Encoding.UTF8.GetBytes(body)) : body);
    }

    static string Joined(byte[] chunks)
    {
        using var whole = new MemoryStream();
        for (var rest = chunks.AsSpan(); ;)
        {
            var line = rest.IndexOf("\r\n"u8);
            if (line < 0) throw new FormatException("A chunk is cut off.");
            var length = int.Parse(Encoding.ASCII.GetString(rest[..line]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0) return Encoding.UTF8.GetString(whole.ToArray());
            whole.Write(rest.Slice(line + 2, length));
            rest = rest[(line + 2 + length + 2)..];
        }
    }
}
