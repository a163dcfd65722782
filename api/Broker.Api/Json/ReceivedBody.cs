using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Broker.Api.Json;

/// <summary>Marks a route whose bodies may be longer than others.</summary>
sealed record BodyBound(int MostBytes);

/// <summary>
/// Reads a body whole, within a bound and a time. The memory follows what has come, not what was announced: otherwise a
/// thousand silent connections hold gigabytes.
/// </summary>
static class ReceivedBody
{
    /// <summary>Bodies are at most this long, in bytes; those that sign many URLs at once may be longer.</summary>
    public const int MaxBytes = 256 * 1024, MaxBatchBytes = 2 * 1024 * 1024;

    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <exception cref="BrokerException"><see cref="ErrorCode.TooLarge"/>, or <see cref="ErrorCode.InvalidRequest"/> for a body that comes too slowly.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, TimeProvider clock)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false) return ReadOnlyMemory<byte>.Empty;
        var most = context.GetEndpoint()?.Metadata.GetMetadata<BodyBound>()?.MostBytes ?? MaxBytes;
        if (context.Request.ContentLength > most) throw TooLarge(most);
        // Of chunks, broken ones would look like an end.
        if (context.Request.ContentLength is not null && TryReadAtOnce(context.Request.BodyReader, most) is { } whole) return whole;
        using var deadline = new CancellationTokenSource(Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        try { return await ReadAsync(context.Request.Body, most, either.Token); }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw BrokerException.Invalid("body", $"must come within {Deadline.TotalSeconds} seconds");
        }
        // Kestrel tells of a chunk's size beyond all numbers as of a failure of its own.
        catch (IOException e) when (e is not (BadHttpRequestException or ConnectionResetException) && !context.RequestAborted.IsCancellationRequested)
        {
            throw BrokerException.Invalid("body", "is broken off, or not sent as HTTP says");
        }
    }

    /// <summary>The body, when all of it has come with the request's head, as short ones do; null: it has not, and nothing is read of it.</summary>
    static ReadOnlyMemory<byte>? TryReadAtOnce(PipeReader reader, int most)
    {
        if (!reader.TryRead(out var come)) return null;
        if (!come.IsCompleted || come.Buffer.Length > most)
        {
            reader.AdvanceTo(come.Buffer.Start);
            return null;
        }
        var body = come.Buffer.ToArray();
        reader.AdvanceTo(come.Buffer.End);
        return body;
    }

    static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(8192);
        try
        {
            using var body = new MemoryStream();
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (body.Length + read > most) throw TooLarge(most);
                body.Write(buffer, 0, read);
            }
            return body.ToArray();
        }
        finally { ArrayPool<byte>.Shared.Return(buffer, clearArray: true); }
    }

    static BrokerException TooLarge(int most) => new(ErrorCode.TooLarge, $"The body must have at most {most} bytes.");
}
