using System.Net.Sockets;

namespace Broker.Tests.EndToEnd;

/// <summary>
/// HTTP to processes that may be killed. Each request is a trace of its own, not one of the test's process, where others may
/// listen. A connection that is reset at once is a connection that could not be made.
/// </summary>
static class UntracedHttp
{
    public static HttpClient Create() =>
        new(new Connecting { InnerHandler = new SocketsHttpHandler { ActivityHeadersPropagator = null, UseCookies = false } });

    sealed class Connecting : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try { return await base.SendAsync(request, cancellationToken); }
            // .NET's own, which no document of HttpClient's names.
            catch (SocketException e) { throw new HttpRequestException(HttpRequestError.ConnectionError, e.Message, e); }
        }
    }
}
