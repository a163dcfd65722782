namespace Broker.Api.Auditing;

/// <summary>How a process writes the audit. Configuration section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    const int LongestHost = 40;

    /// <summary>
    /// The name of this process as a writer: the same at each start, another than any other process's, in the form of
    /// <see cref="Names.Rule"/>. Empty (default): the machine's name with <c>-silo</c>, or <c>-api</c> where the API runs alone.
    /// </summary>
    public string Writer { get; set; } = "";

    /// <summary>How many different entries may wait to be written, before requests are refused; 100 to 1,000,000, default 10,000.</summary>
    public int QueueCapacity { get; set; } = 10_000;

    /// <summary>The machine's name and what the process is, as a valid name.</summary>
    public static string DefaultWriter(string process)
    {
        var host = new string([.. Environment.MachineName.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '-').Take(LongestHost)]);
        return $"{host.TrimStart('-')}-{process}".TrimStart('-');
    }

    /// <summary>The rule that the settings break, naming the key; null when they are valid.</summary>
    public string? BrokenRule()
    {
        if (!Names.IsValid(Writer)) return $"Audit:Writer must have {Names.Rule}.";
        return QueueCapacity is < 100 or > 1_000_000 ? "Audit:QueueCapacity must be 100 to 1000000." : null;
    }
}
