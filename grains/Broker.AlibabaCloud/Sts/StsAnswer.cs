using System.Globalization;
using System.Text.Json;

namespace Broker.AlibabaCloud.Sts;

/// <summary>Reads STS's answers, whatever they turn out to be.</summary>
static class StsAnswer
{
    // Less than this is of no use to anybody: it would be refused before it arrived.
    static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(60);

    public static AssumedRole Read(HttpResponseMessage response, byte[] body, DateTimeOffset now)
    {
        if (response.IsSuccessStatusCode) return Granted(body, now);
        using var error = Parse(body);
        throw Refusal((int)response.StatusCode, Text(error?.RootElement, "Code"), Text(error?.RootElement, "RequestId"), RetryAfter(response));
    }

    /// <summary>The session in an answer of success.</summary>
    /// <param name="body">The answer's JSON.</param>
    /// <param name="now">The time: a session that has hardly any life left is none.</param>
    /// <exception cref="StsException">There is none that can be used.</exception>
    public static AssumedRole Granted(byte[] body, DateTimeOffset now)
    {
        using var answer = Parse(body);
        if (answer is null) throw Refusal(200, null, null, null);
        var requestId = Text(answer.RootElement, "RequestId") ?? "";
        if (answer.RootElement.TryGetProperty("Credentials", out var credentials)
            && Text(credentials, "AccessKeyId") is { Length: > 0 } id
            && Text(credentials, "AccessKeySecret") is { Length: > 0 } secret
            && Text(credentials, "SecurityToken") is { Length: > 0 } token
            && DateTimeOffset.TryParse(Text(credentials, "Expiration"), CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var expiration)
            && expiration - now >= ShortestLife)
            return new(id, secret, token, expiration, requestId);
        throw new StsException(StsFailure.Unavailable, "Unusable", "STS answered without credentials that can be used.") { RequestId = requestId };
    }

    /// <summary>What an answer of failure means. The error's own message can quote parameters, so it is not passed on.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">STS's code; null or empty: the answer is not its error document.</param>
    /// <param name="requestId">STS's id of the call, where it gave one.</param>
    /// <param name="retryAfter">How long STS asks callers to stay away, where it says.</param>
    public static StsException Refusal(int status, string? code, string? requestId, TimeSpan? retryAfter)
    {
        if (!string.IsNullOrEmpty(code))
            return new(StsErrorCodes.Classify(status, code, retryAfter is not null), Printable(code), $"STS answered {status} {Printable(code)}.")
            {
                RetryAfter = retryAfter,
                RequestId = requestId,
            };
        var failure = retryAfter is null && status != 429 ? StsFailure.Unavailable : StsFailure.Throttled;
        return new(failure, "NotJson", $"STS answered {status} with something that is not its document.") { RetryAfter = retryAfter, RequestId = requestId };
    }

    static TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-acs-retry-after", out var values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, 86_400_000))
            : null;

    static JsonDocument? Parse(byte[] body)
    {
        try
        {
            var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            return null;
        }
        catch (JsonException) { return null; }
    }

    static string? Text(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } fields && fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static string Printable(string code) => new([.. code.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-').Take(100)]);
}
