using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Broker.Tests.EndToEnd;

namespace Broker.Tests.Api.Console;

public class ConsolePagesTests(SharedBroker shared) : IClassFixture<SharedBroker>
{
    readonly TestBroker _broker = shared.Broker;

    [Theory]
    [InlineData("", "text/html; charset=utf-8")]
    [InlineData("index.html", "text/html; charset=utf-8")]
    [InlineData("console.js", "text/javascript; charset=utf-8")]
    [InlineData("look.css", "text/css; charset=utf-8")]
    [InlineData("icon.svg", "image/svg+xml")]
    public async Task A_file_is_served_to_anybody_with_its_type_and_what_bounds_it(string file, string type)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/console/{file}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
            Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Opener-Policy")));
        Assert.True(answer.Headers.CacheControl is { NoCache: true, NoStore: false });
    }

    [Fact]
    public async Task The_address_without_a_slash_leads_to_the_page()
    {
        using var answer = await _broker.Http.GetAsync(new Uri("/console", UriKind.Relative));
        Assert.Equal("/console/", answer.RequestMessage?.RequestUri?.AbsolutePath);
        Assert.Contains("<title>Broker console</title>", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_file_of_the_folder_is_served_as_it_is()
    {
        foreach (var file in Directory.GetFiles(Folder()))
            Assert.Equal(await File.ReadAllBytesAsync(file), await _broker.Http.GetByteArrayAsync(new Uri($"/console/{Path.GetFileName(file)}", UriKind.Relative)));
    }

    [Fact]
    public async Task HEAD_answers_the_same_without_the_file()
    {
        using var get = await SendAsync(HttpMethod.Get, "/console/console.js");
        using var head = await SendAsync(HttpMethod.Head, "/console/console.js");
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_browser_that_has_the_file_is_not_sent_it_again()
    {
        using var first = await SendAsync(HttpMethod.Get, "/console/");
        using var same = await SendAsync(HttpMethod.Get, "/console/", first.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.True(same.Headers.Contains("Content-Security-Policy"));
        using var other = await SendAsync(HttpMethod.Get, "/console/console.js", first.Headers.ETag);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    [InlineData("nothing.js")]
    [InlineData("Console.js")]
    [InlineData("pages/console.js")]
    [InlineData("..%2findex.html")]
    [InlineData("ConsolePages.cs")]
    public async Task Nothing_else_is_below_it(string file)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/console/{file}");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task It_is_read_only_and_no_operation_of_the_API()
    {
        using var answer = await SendAsync(HttpMethod.Post, "/console/");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.DoesNotContain("/console", (await _broker.GetAsync("/openapi/v1.json", key: null)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_not_on_the_management_address()
    {
        using var answer = await _broker.Http.GetAsync(new Uri(_broker.Management, "/console/"));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    static string Folder([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../../api/Broker.Api/Console/pages"));

    async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, EntityTagHeaderValue? known = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (known is not null) request.Headers.IfNoneMatch.Add(known);
        return await _broker.Http.SendAsync(request);
    }
}
