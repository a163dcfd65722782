using System.Globalization;

namespace Broker.Tests.EndToEnd;

/// <summary>How long a test goes on: short in <c>tests/run</c>, in full where <c>tests/long</c> sets the variable.</summary>
static class LongRun
{
    public static int Of(string variable, int shortForm) =>
        Environment.GetEnvironmentVariable(variable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : shortForm;
}

/// <summary>A test that is too long for <c>tests/run</c>: skipped, unless <c>tests/long</c> sets the variable.</summary>
sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute(string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is null) Skip = $"{variable} is not set: tests/long sets it.";
    }
}
