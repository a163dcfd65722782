namespace Broker;

/// <summary>
/// An expected failure, as it crosses silos and as the API answers it. Never carries a secret: its texts are written by us,
/// or are the cloud's error code and request id.
/// </summary>
[GenerateSerializer, Alias("Broker.BrokerException")]
public sealed class BrokerException : Exception
{
    const int MostFields = 50, LongestField = 256, LongestRule = 1024;

    /// <summary>Creates a failure.</summary>
    /// <param name="code">One of <see cref="ErrorCode"/>.</param>
    /// <param name="detail">A sentence for the caller.</param>
    public BrokerException(string code, string detail) : base(detail) => Code = code;

    /// <summary>One of <see cref="ErrorCode"/>; the API's table maps it to a status.</summary>
    [Id(0)] public string Code { get; }

    /// <summary>When a retry may succeed; null when the code alone says so.</summary>
    [Id(1)] public TimeSpan? RetryAfter { get; init; }

    /// <summary>The rules that the input breaks, by field; empty when the failure is not about a field.</summary>
    [Id(2)] public Dictionary<string, string[]> Errors { get; init; } = [];

    /// <summary>STS's own error code; null when STS had no part in it.</summary>
    [Id(3)] public string? StsCode { get; init; }

    /// <summary>STS's RequestId, for a support ticket; null when STS gave none.</summary>
    [Id(4)] public string? StsRequestId { get; init; }

    /// <summary>The expected failure at the bottom of what Orleans has wrapped; null when there is none.</summary>
    public static BrokerException? Within(Exception? failure)
    {
        while (failure is not null and not BrokerException) failure = failure.InnerException;
        return failure as BrokerException;
    }

    /// <summary>A refusal of one field.</summary>
    public static BrokerException Invalid(string field, string rule, string code = ErrorCode.InvalidRequest) =>
        Invalid(new Dictionary<string, string[]> { [field] = [rule] }, code);

    /// <summary>A refusal of several fields: of the first 50, and of long names and rules the beginning, because it can repeat what the request says.</summary>
    public static BrokerException Invalid(Dictionary<string, string[]> errors, string code = ErrorCode.InvalidRequest)
    {
        var told = new Dictionary<string, string[]>();
        foreach (var (field, rules) in errors.Take(MostFields)) told[Cut(field, LongestField)] = Array.ConvertAll(rules, rule => Cut(rule, LongestRule));
        return new(code, string.Join(" ", told.Select(e => $"{e.Key}: {string.Join("; ", e.Value)}."))) { Errors = told };
    }

    static string Cut(string text, int length) => text.Length <= length ? text : $"{text.AsSpan(0, length - 1)}…";
}
