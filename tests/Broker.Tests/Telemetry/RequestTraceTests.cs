using System.Diagnostics;
using Broker.Api.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Broker.Tests.Telemetry;

public sealed class RequestTraceTests
{
    const string Sent = "0af7651916cd43dd8448eb211c80319c";

    readonly DefaultHttpContext _context = new();

    [Fact]
    public void What_the_log_names_is_what_is_answered_before_and_after()
    {
        var id = RequestTrace.IdOf(_context);
        Assert.Matches("^[0-9a-f]{32}$", id);
        using (var entered = RequestTrace.Enter(_context))
        {
            Assert.Equal(id, Activity.Current?.TraceId.ToString());
            Assert.Equal(id, RequestTrace.IdOf(_context));
            Assert.Null(RequestTrace.Enter(_context));
        }
        Assert.Null(Activity.Current);
        Assert.Equal(id, RequestTrace.IdOf(_context));
        Assert.NotEqual(id, RequestTrace.IdOf(new DefaultHttpContext()));
    }

    [Fact]
    public void It_is_the_callers_where_the_caller_says_so()
    {
        _context.Request.Headers.TraceParent = $"00-{Sent}-b7ad6b7169203331-01";
        using var entered = RequestTrace.Enter(_context);
        Assert.Equal((Sent, "b7ad6b7169203331"), (Activity.Current?.TraceId.ToString(), Activity.Current?.ParentSpanId.ToString()));
        Assert.Equal(Sent, RequestTrace.IdOf(_context));
    }

    [Theory]
    [InlineData("")]
    [InlineData(Sent)]
    [InlineData($"00-{Sent}-b7ad6b716920333-01")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01")]
    [InlineData("00-<script>6cd43dd8448eb211c80319c--b7ad6b7169203331-01")]
    public void It_is_one_of_its_own_where_the_caller_sends_none_that_is_one(string header)
    {
        _context.Request.Headers.TraceParent = header;
        var id = RequestTrace.IdOf(_context);
        Assert.Matches("^(?=.*[1-9a-f])[0-9a-f]{32}$", id);
        Assert.NotEqual(Sent, id);
    }

    [Fact]
    public void An_activity_that_is_there_already_goes_before()
    {
        _context.Request.Headers.TraceParent = $"00-{Sent}-b7ad6b7169203331-01";
        using var exported = new Activity("request").Start();
        Assert.Null(RequestTrace.Enter(_context));
        Assert.Equal(exported.TraceId.ToString(), RequestTrace.IdOf(_context));
    }
}
