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
        using var json = Parse(body);
        if (response.IsSuccessStatusCode && json is not null) return Granted(json.RootElement, now);
        throw Refused(response, json?.RootElement);
    }

    static AssumedRole Granted(JsonElement answer, DateTimeOffset now)
    {
        var requestId = Text(answer, "RequestId") ?? "";
        if (answer.TryGetProperty("Credentials", out var credentials)
            && Text(credentials, "AccessKeyId") is { Length: > 0 } id
            && Text(credentials, "AccessKeySecret") is { Length: > 0 } secret
            && Text(credentials, "SecurityToken") is { Length: > 0 } token
            && DateTimeOffset.TryParse(Text(credentials, "Expiration"), CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var expiration)
            && expiration - now >= ShortestLife)
            return new(id, secret, token, expiration, requestId);
        throw new StsException(StsFailure.Unavailable, "Unusable", "STS answered without credentials that can be used.") { RequestId = requestId };
    }

    static StsException Refused(HttpResponseMessage response, JsonElement? answer)
    {
        var status = (int)response.StatusCode;
        var retryAfter = RetryAfter(response);
        var requestId = answer is { } a ? Text(a, "RequestId") : null;
        if (answer is not { } error || Text(error, "Code") is not { Length: > 0 } code)
        {
            var failure = retryAfter is null && status != 429 ? StsFailure.Unavailable : StsFailure.Throttled;
            return new(failure, "NotJson", $"STS answered {status} with something that is not its error document.") { RetryAfter = retryAfter, RequestId = requestId };
        }
        // The error's own message can quote parameters, so it is not passed on.
        return new(StsErrorCodes.Classify(status, code, retryAfter is not null), Printable(code), $"STS answered {status} {Printable(code)}.")
        {
            RetryAfter = retryAfter,
            RequestId = requestId,
        };
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

    static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static string Printable(string code) => new([.. code.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-').Take(100)]);
}
