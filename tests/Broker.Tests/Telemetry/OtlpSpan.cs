using System.Text;

namespace Broker.Tests.Telemetry;

/// <summary>A span as it was sent. The numbers are those of fields in opentelemetry/proto/trace/v1/trace.proto.</summary>
sealed record OtlpSpan(string Scope, string Trace, string Id, string Parent, string Name, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>The spans of an ExportTraceServiceRequest.</summary>
    public static IEnumerable<OtlpSpan> In(byte[] request) =>
        from resource in ProtoField.Read(request).Where(f => f.Number == 1)
        from scope in ProtoField.Read(resource.Bytes).Where(f => f.Number == 2)
        let name = ProtoField.Read(scope.Bytes).Where(f => f.Number == 1).Select(f => Text(f.Bytes, 1)).FirstOrDefault("")
        from span in ProtoField.Read(scope.Bytes).Where(f => f.Number == 2)
        select Of(name, span.Bytes);

    static OtlpSpan Of(string scope, byte[] span) => new(scope, Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5),
        ProtoField.Read(span).Where(f => f.Number == 9).ToDictionary(f => Text(f.Bytes, 1), f => Text(Bytes(f.Bytes, 2), 1)));

    static byte[] Bytes(byte[] message, int number) => ProtoField.Read(message).Where(f => f.Number == number).Select(f => f.Bytes).FirstOrDefault([]);

    static string Text(byte[] message, int number) => Encoding.UTF8.GetString(Bytes(message, number));

    static string Hex(byte[] message, int number) => Convert.ToHexStringLower(Bytes(message, number));
}

/// <summary>A field of a protobuf message; empty where it is a number.</summary>
readonly record struct ProtoField(int Number, byte[] Bytes)
{
    public static List<ProtoField> Read(byte[] message)
    {
        var fields = new List<ProtoField>();
        for (var at = 0; at < message.Length;)
        {
            var tag = (int)Varint(message, ref at);
            var length = (tag & 7) switch { 1 => 8, 5 => 4, 2 => (int)Varint(message, ref at), _ => Skip(message, ref at) };
            fields.Add(new(tag >> 3, (tag & 7) == 2 ? message[at..(at + length)] : []));
            at += length;
        }
        return fields;
    }

    static int Skip(byte[] message, ref int at)
    {
        Varint(message, ref at);
        return 0;
    }

    static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}
