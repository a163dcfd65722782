using System.Buffers;
using System.IO.Pipelines;

namespace Broker.Api.Cluster;

/// <summary>
/// A connection's pipes as the stream below an SslStream. The pipes' own AsStream() is not enough: Orleans ends a connection by
/// cancelling a read, which has to be the end of the stream, and writes after the socket's end have to fail.
/// </summary>
sealed class TransportStream(IDuplexPipe transport) : Stream
{
    // SslStream first waits with an empty buffer and takes any return for data: its next read must not wait again.
    bool _ended;

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended) return 0;
        var result = await transport.Input.ReadAsync(cancellationToken);
        _ended = result.IsCanceled;
        var count = _ended ? 0 : (int)Math.Min(buffer.Length, result.Buffer.Length);
        var data = result.Buffer.Slice(0, count);
        data.CopyTo(buffer.Span);
        // From here on the data and their length are another reader's.
        transport.Input.AdvanceTo(data.End);
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var result = await transport.Output.WriteAsync(buffer, cancellationToken);
        if (result.IsCanceled || result.IsCompleted) throw new IOException("The connection is closed.");
    }

    /// <summary>What a writer still holds when it completes. It goes out with the pipe's own completion, so nothing waits.</summary>
    public override void Write(ReadOnlySpan<byte> buffer) => transport.Output.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
