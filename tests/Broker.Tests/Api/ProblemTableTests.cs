using System.Reflection;
using Broker.Api.Problems;

namespace Broker.Tests.Api;

public class ProblemTableTests
{
    [Fact]
    public void Every_code_has_its_row()
    {
        var codes = typeof(ErrorCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!);
        Assert.Empty(codes.Except(ProblemTable.Codes));
    }
}
