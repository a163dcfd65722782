namespace Broker.Client;

/// <summary>The broker has said no, or nothing. Holds no secret.</summary>
/// <param name="code">The broker's code, such as <c>tenant_suspended</c>; <c>unreachable</c> where it has not answered.</param>
/// <param name="status">The HTTP status; 0 where it has not answered.</param>
/// <param name="message">A sentence.</param>
public sealed class BrokerProblemException(string code, int status, string message) : Exception(message)
{
    /// <summary>The code of a broker that has not answered.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The code where the file with the API key cannot be read.</summary>
    public const string NoKey = "no_key";

    /// <summary>The broker's code, such as <c>tenant_suspended</c>; <see cref="Unreachable"/> where it has not answered.</summary>
    public string Code { get; } = code;

    /// <summary>The HTTP status; 0 where it has not answered.</summary>
    public int Status { get; } = status;

    /// <summary>The rules that the request breaks, by field.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; init; } = new Dictionary<string, string[]>();

    /// <summary>Names the request in the broker's traces and logs; null: it gave none.</summary>
    public string? TraceId { get; init; }

    /// <summary>STS's own code; null where STS had no part in it.</summary>
    public string? StsCode { get; init; }

    /// <summary>When to try again; null: the broker does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether it may pass by itself.</summary>
    public bool IsTransient => Status is 0 or 429 or 500 or 503 or 504;
}
