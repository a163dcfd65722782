using System.Reflection;

namespace Broker.Tests.AlibabaCloud;

public class KnownAnswersTests
{
    [Fact]
    public void Every_known_answer_is_run_and_those_of_OSS_by_the_verifier_too()
    {
        var run = Runs().ToLookup(r => r.Id, r => r.By);
        Assert.All(KnownAnswers.All, v => Assert.NotEmpty(run[v.Id]));
        Assert.All(KnownAnswers.All.Where(v => v.Algorithm.StartsWith("oss-", StringComparison.Ordinal)), v => Assert.Contains(typeof(Tests.Emulator.VerifierTests), run[v.Id]));
    }

    /// <summary>The known answers that some theory takes its data from.</summary>
    static IEnumerable<(string Id, Type By)> Runs() =>
        from type in typeof(KnownAnswersTests).Assembly.GetTypes()
        from method in type.GetMethods()
        from source in method.GetCustomAttributes<MemberDataAttribute>()
        let data = type.GetProperty(source.MemberName)
        where data?.PropertyType == typeof(TheoryData<string>)
        from row in (IEnumerable<object[]>)data.GetValue(null)!
        select ((string)row[0], type);
}
