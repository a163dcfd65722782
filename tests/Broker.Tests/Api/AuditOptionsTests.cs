using Broker.Api.Auditing;

namespace Broker.Tests.Api;

public class AuditOptionsTests
{
    [Fact]
    public void The_default_writer_is_a_valid_name_on_any_machine() =>
        Assert.All((string[])["silo", "api"], process => Assert.True(Names.IsValid(AuditOptions.DefaultWriter(process))));
}
