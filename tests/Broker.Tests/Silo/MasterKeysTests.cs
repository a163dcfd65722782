using Broker.Silo.Keys;

namespace Broker.Tests.Silo;

public sealed class MasterKeysTests : IDisposable
{
    const string Marker = "c2VjcmV0LW1hcmtlci1zZWNyZXQtbWFya2VyLTEyMzQ=";
    readonly string _directory = Directory.CreateTempSubdirectory("broker-keys-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    string Write(string content)
    {
        var file = Path.Combine(_directory, "keys.json");
        File.WriteAllText(file, content);
        return file;
    }

    [Fact]
    public void Production_without_a_master_key_refuses_to_start_and_says_what_to_set()
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => MasterKeys.Load(new(), _directory, production: true));
        Assert.Contains("MasterKeyFile", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public void Development_makes_one_that_only_its_owner_may_read_and_finds_it_again()
    {
        var made = MasterKeys.Load(new(), _directory, production: false);
        var found = MasterKeys.Load(new(), _directory, production: false);
        Assert.Equal(made.Find(made.ActiveKeyId), found.Find(found.ActiveKeyId));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(_directory))));
    }

    [Fact]
    public void Keys_come_from_a_file_or_from_the_configuration()
    {
        var file = Write("{\"activeKeyId\":\"k2\",\"masterKeys\":{\"k1\":\"" + Marker + "\",\"k2\":\"" + Marker + "\"}}");
        Assert.Equal("k2", MasterKeys.Load(new() { MasterKeyFile = file }, _directory, production: true).ActiveKeyId);
        var configured = new MasterKeyOptions { MasterKeys = new() { ["k1"] = Marker }, ActiveKeyId = "k1" };
        Assert.Equal("k1", MasterKeys.Load(configured, _directory, production: true).ActiveKeyId);
        Assert.Throws<InvalidOperationException>(() => MasterKeys.Load(
            new() { MasterKeys = configured.MasterKeys, ActiveKeyId = "k1", MasterKeyFile = file }, _directory, production: true));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"activeKeyId":"k1","masterKeys":{"k1":"c2VjcmV0LW1hcmtlcg=="}}""")]
    [InlineData("""{"activeKeyId":"k1","masterKeys":{"k1":"secret-marker!"}}""")]
    [InlineData("""{"activeKeyId":"k2","masterKeys":{"k1":"c2VjcmV0LW1hcmtlci1zZWNyZXQtbWFya2VyLTEyMzQ="}}""")]
    [InlineData("""{"activeKeyId":"k1","masterKeys":{"k1":"c2VjcmV0LW1hcmtlci1zZWNyZXQtbWFya2VyLTEyMzQ="},"other":1}""")]
    public void A_malformed_file_is_refused_without_showing_what_it_holds(string content)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => MasterKeys.Load(new() { MasterKeyFile = Write(content) }, _directory, production: true));
        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("nowhere.json", Assert.Throws<InvalidOperationException>(
            () => MasterKeys.Load(new() { MasterKeyFile = Path.Combine(_directory, "nowhere.json") }, _directory, production: false)).Message, StringComparison.Ordinal);
}
