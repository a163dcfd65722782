using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Broker.Api.Calls;
using Broker.Api.OpenApi;
using Broker.Api.Problems;
using Broker.Tests.EndToEnd;
using CsCheck;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Broker.Tests.Api.OpenApi;

public class DocumentTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    readonly TestBroker _broker = shared.Broker;
    Answer _answer = null!;

    public async Task InitializeAsync() => _answer = await _broker.GetAsync("/openapi/v1.json", key: null);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_document_is_the_approved_one()
    {
        var approved = Beside("openapi.approved.json");
        var received = Beside("openapi.received.json");
        File.Delete(received);
        if (File.Exists(approved) && await File.ReadAllTextAsync(approved) == _answer.Text + "\n") return;
        await File.WriteAllTextAsync(received, _answer.Text + "\n");
        Assert.Fail($"The contract has changed. Compare, and approve with: mv {received} {approved}");
    }

    [Fact]
    public void The_document_needs_no_key_and_may_be_kept_for_a_while()
    {
        Assert.Equal(200, _answer.Status);
        Assert.True(_answer.Headers.CacheControl is { Public: true, NoStore: false, MaxAge: not null });
    }

    [Fact]
    public void Every_rule_is_an_operation_and_every_operation_but_the_one_for_probes_has_its_rule()
    {
        var rules = _broker.Services.GetRequiredService<EndpointDataSource>().Endpoints.Select(e => e.Metadata.GetMetadata<RouteRule>()?.Name).OfType<string>();
        Assert.Equal(rules.Append("GetHealth").Order(), Operations().Select(o => o.GetProperty("operationId").GetString()).Order());
    }

    [Fact]
    public void Every_operation_says_what_it_answers()
    {
        var bare = Operations().Where(o => !o.GetProperty("responses").EnumerateObject().Any(r => r.Name.StartsWith('2') && r.Value.TryGetProperty("content", out _)));
        Assert.Equal(["GetHealth"], bare.Select(o => o.GetProperty("operationId").GetString()));
    }

    [Fact]
    public void Every_code_of_a_problem_is_in_the_document()
    {
        var codes = _answer.Json.GetProperty("components").GetProperty("schemas").GetProperty("Problem").GetProperty("properties").GetProperty("code").GetProperty("enum");
        Assert.Equal(ProblemTable.Codes.Order(), codes.EnumerateArray().Select(c => c.GetString()!).Order());
    }

    [Fact]
    public void The_pattern_of_names_is_their_rule() =>
        Gen.OneOf(Gen.String[Gen.Char["ab0-"], 0, 66], Gen.String[Gen.Char["a0-_A"], 0, 4])
            .Sample(text => Names.IsValid(text) == Regex.IsMatch(text, SharedParts.NamePattern), iter: 10_000);

    IEnumerable<JsonElement> Operations() => _answer.Json.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value);

    static string Beside(string name, [CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", name));
}
