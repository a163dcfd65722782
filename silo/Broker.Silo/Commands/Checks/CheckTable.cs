namespace Broker.Silo.Commands.Checks;

/// <summary>What came beside what is expected, line by line, as it comes.</summary>
sealed class CheckTable(TextWriter output)
{
    int _rows;

    /// <summary>How many lines came otherwise.</summary>
    public int Differences { get; private set; }

    public async Task BeginAsync(CheckedRole role, CheckedFolder folder)
    {
        await SayAsync($"{role.Path}: {role.RoleArn}, {role.Place.Bucket} ({role.Place.Region}), below '{folder.Prefix}'; access: {string.Join(", ", role.Access.DefaultIfEmpty("none"))}");
        await LineAsync("", "", "expected", "came");
    }

    public Task AddAsync(string what, string expected, string came, bool asExpected)
    {
        _rows++;
        if (!asExpected) Differences++;
        return LineAsync(asExpected ? "" : "!", what, expected, came);
    }

    /// <summary>It was not tried.</summary>
    public Task SkipAsync(string what, string reason) => LineAsync("-", what, "", $"not tried: {reason}");

    public Task SayAsync(string text) => output.WriteLineAsync(text);

    public Task EndAsync() => SayAsync(Differences == 0 ? $"All {_rows} came as expected." : $"{Differences} of {_rows} came otherwise: the lines that begin with '!'.");

    Task LineAsync(string mark, string what, string expected, string came) => SayAsync($"{mark,-2}{what,-44}{expected,-12}{came}".TrimEnd());
}
