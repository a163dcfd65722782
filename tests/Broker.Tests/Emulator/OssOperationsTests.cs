using System.Text;
using System.Xml.Linq;

namespace Broker.Tests.Emulator;

/// <summary>What the emulator's OSS demands of each operation beyond its signature.</summary>
public sealed class OssOperationsTests : IDisposable
{
    const int LeastPart = 100 * 1024;
    readonly OssFixture _oss = new();

    public void Dispose() => _oss.Dispose();

    static string Statement(string effect, string action) => $$"""{"Effect":"{{effect}}","Action":"{{action}}","Resource":"*"}""";

    public static TheoryData<string, string, string, string[]> Operations => new()
    {
        { "PUT", "k", "", ["PutObject"] },
        { "GET", "k", "", ["GetObject"] },
        { "HEAD", "k", "", ["GetObject"] },
        { "DELETE", "k", "", ["DeleteObject"] },
        { "GET", "k", "versionId=v", ["GetObject", "GetObjectVersion"] },
        { "DELETE", "k", "versionId=v", ["DeleteObject", "DeleteObjectVersion"] },
        { "GET", "", "list-type=2&prefix=a", ["ListObjects"] },
        { "POST", "k", "uploads", ["PutObject"] },
        { "PUT", "k", "partNumber=1&uploadId=u", ["PutObject"] },
        { "POST", "k", "uploadId=u", ["PutObject"] },
        { "DELETE", "k", "uploadId=u", ["AbortMultipartUpload"] },
        { "GET", "k", "uploadId=u", ["ListParts"] },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Each_operation_needs_its_actions_and_no_others(string method, string key, string query, string[] actions)
    {
        var only = _oss.Grant(string.Join(',', actions.Select(a => Statement("Allow", $"oss:{a}"))));
        Assert.NotEqual(403, (await _oss.SendAsync(method, key, query, session: only)).Status);
        foreach (var action in actions)
        {
            var without = _oss.Grant($"{OssFixture.AllowAll},{Statement("Deny", $"oss:{action}")}");
            Assert.Equal(403, (await _oss.SendAsync(method, key, query, session: without)).Status);
        }
    }

    [Fact]
    public async Task Tagging_needs_an_action_of_its_own_and_forms_need_PutObject()
    {
        var put = _oss.Grant(Statement("Allow", "oss:PutObject"));
        Assert.Equal(403, (await _oss.SendAsync("PUT", "k", session: put, headers: KeyValuePair.Create("x-oss-tagging", "a=b"))).Status);
        Assert.Equal(200, (await _oss.SendAsync("PUT", "k", session: put)).Status);
        var form = _oss.Form("", session: put);
        Assert.Equal(403, (await _oss.PostAsync(form.Append(new("x-oss-tagging", "a=b")))).Status);
        Assert.Equal(204, (await _oss.PostAsync(form)).Status);
        Assert.Equal(403, (await _oss.PostAsync(_oss.Form("", session: _oss.Grant(Statement("Allow", "oss:GetObject"))))).Status);
    }

    [Fact]
    public async Task A_fault_answers_its_own_code_once_whatever_the_operation()
    {
        foreach (var operation in (string[])["PutObject", "PostObject"])
        {
            _oss.World.Faults.Add(new(operation, 503, "ServiceUnavailable"));
            Task<OssReply> SendAsync() => operation == "PutObject" ? _oss.SendAsync("PUT", "k") : _oss.PostAsync(_oss.Form(""));
            var reply = await SendAsync();
            Assert.Equal((503, "ServiceUnavailable"), (reply.Status, reply.Code));
            Assert.Equal("", (await SendAsync()).Code);
        }
        Assert.Equal((1, 1), (_oss.World.Counters["putObjectRejected"], _oss.World.Counters["postObject"]));
    }

    [Fact]
    public async Task An_object_is_not_replaced_where_that_is_forbidden()
    {
        var forbid = KeyValuePair.Create("x-oss-forbid-overwrite", "true");
        Assert.Equal(200, (await _oss.SendAsync("PUT", "k", headers: forbid)).Status);
        var put = await _oss.SendAsync("PUT", "k", headers: forbid);
        Assert.Equal((409, "FileAlreadyExists"), (put.Status, put.Code));
        Assert.Equal("FileAlreadyExists", (await _oss.PostAsync(_oss.Form("").Append(forbid))).Code);
        var (id, tags) = await UploadAsync(1);
        Assert.Equal("FileAlreadyExists", (await CompleteAsync(id, [(1, tags[0])], forbid)).Code);
        Assert.Equal(200, (await _oss.SendAsync("PUT", "k")).Status);
    }

    [Fact]
    public async Task Operations_that_the_emulator_does_not_know_fail_by_name()
    {
        foreach (var query in (string[])["acl", "tagging", "symlink", "append", "restore", "policy"])
        {
            var reply = await _oss.SendAsync("PUT", "k", query);
            Assert.Equal((501, "NotImplemented"), (reply.Status, reply.Code));
            Assert.Contains($"UnknownPUT{query}", reply.Text, StringComparison.Ordinal);
        }
        Assert.Equal(501, (await _oss.SendAsync("PUT", "k", headers: KeyValuePair.Create("x-oss-copy-source", "/bkt/other"))).Status);
    }

    [Fact]
    public async Task Parts_come_in_ascending_order_each_but_the_last_of_100_KB_or_more()
    {
        var (id, tags) = await UploadAsync(LeastPart, LeastPart - 1, LeastPart);
        Assert.Equal("InvalidPartOrder", (await CompleteAsync(id, [(3, tags[2]), (1, tags[0])])).Code);
        Assert.Equal("InvalidPartOrder", (await CompleteAsync(id, [(1, tags[0]), (1, tags[0])])).Code);
        Assert.Equal("EntityTooSmall", (await CompleteAsync(id, [(1, tags[0]), (2, tags[1]), (3, tags[2])])).Code);
        Assert.Equal("InvalidPart", (await CompleteAsync(id, [(1, tags[1])])).Code);
        Assert.Equal("InvalidPart", (await CompleteAsync(id, [(4, tags[1])])).Code);
        Assert.Equal("MalformedXML", (await CompleteAsync(id, [])).Code);
        Assert.Equal(200, (await CompleteAsync(id, [(1, tags[0]), (2, tags[1])])).Status);
        Assert.Equal(2 * LeastPart - 1, (await _oss.SendAsync("GET", "k")).Text.Length);
        Assert.Equal("NoSuchUpload", (await CompleteAsync(id, [(1, tags[0])])).Code);
    }

    async Task<(string Id, List<string> Tags)> UploadAsync(params int[] sizes)
    {
        var id = XElement.Parse((await _oss.SendAsync("POST", "k", "uploads")).Text).Element("UploadId")!.Value;
        var tags = new List<string>();
        foreach (var (i, size) in sizes.Index()) tags.Add((await _oss.SendAsync("PUT", "k", $"partNumber={i + 1}&uploadId={id}", Encoding.ASCII.GetBytes(new string((char)('a' + i), size)))).ETag);
        return (id, tags);
    }

    Task<OssReply> CompleteAsync(string id, (int Number, string Tag)[] parts, params KeyValuePair<string, string>[] headers)
    {
        var body = new XElement("CompleteMultipartUpload", parts.Select(p => new XElement("Part", new XElement("PartNumber", p.Number), new XElement("ETag", p.Tag))));
        return _oss.SendAsync("POST", "k", $"uploadId={id}", Encoding.UTF8.GetBytes(body.ToString()), null, headers);
    }
}
