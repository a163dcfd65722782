using System.Text.Json;
using System.Text.RegularExpressions;
using Broker.Api.Problems;

namespace Broker.Tests.EndToEnd.Fuzzing;

/// <summary>What every answer must be, whatever was asked.</summary>
static partial class AnswerRules
{
    /// <summary>No refusal needs more, whatever it repeats of the request.</summary>
    const int LongestProblem = 64 * 1024;

    /// <summary>What Kestrel answers by itself, without a body: 505 to a version that is none; 405 too, to a target that only another method may have.</summary>
    static readonly int[] Bare = [400, 408, 411, 413, 414, 431, 505];

    /// <summary>STS's answers that settings of a fuzzed tenant explain: another account's role, or none.</summary>
    static readonly string[] Explained = ["NoPermission", "EntityNotExist.Role"];

    static readonly string[] Traces = ["Exception", "System.", "Microsoft.", "Orleans", ".cs:", "\n   at ", "\\n   at "];

    /// <summary>The rule that the answer breaks; null: none.</summary>
    public static string? BrokenRule(FuzzRequest request, RawAnswer? answer)
    {
        if (answer is null) return request.Unfinished ? null : "no answer";
        if (request.Foreign && answer.Status < 400) return "a caller of another tenant is served";
        if (answer.Status < 400) return answer.Status is 200 or 201 ? null : "a status that no page names";
        if (answer.Text.Length == 0) return Bare.Contains(answer.Status) || request.Method == "HEAD" || (answer.Status == 405 && request.Target is not null) ? null : "no body";
        return answer.Header("Content-Type").StartsWith("application/problem+json", StringComparison.Ordinal) ? BrokenProblem(answer) : "not a problem document";
    }

    /// <summary>Whether settings that were put explain the failure, not the broker's condition.</summary>
    public static bool IsExplained(JsonElement problem) =>
        problem.GetProperty("code").GetString() == ErrorCode.StsRejected && Explained.Contains(problem.GetProperty("stsCode").GetString());

    static string? BrokenProblem(RawAnswer answer)
    {
        var problem = JsonSerializer.Deserialize<JsonElement>(answer.Text);
        var code = problem.GetProperty("code").GetString()!;
        if (answer.Status >= 500 && !IsExplained(problem)) return "a failure of the broker";
        var (status, title) = ProblemTable.Row(code);
        if ((status, title, status) != (answer.Status, problem.GetProperty("title").GetString(), problem.GetProperty("status").GetInt32())) return "not the code's status and title";
        if (!TraceId().IsMatch(problem.GetProperty("traceId").GetString() ?? "")) return "no trace id";
        if (answer.Text.Length > LongestProblem) return $"a problem of {answer.Text.Length} characters";
        if (answer.Text.Contains(OddTexts.Marker, StringComparison.Ordinal)) return "a value of the request is repeated";
        return Traces.FirstOrDefault(trace => answer.Text.Contains(trace, StringComparison.Ordinal)) is { } trace ? $"'{trace}' in a problem" : null;
    }

    [GeneratedRegex(@"\A(?!0{32})[0-9a-f]{32}\z")]
    private static partial Regex TraceId();
}
