using System.Net;
using System.Text;
using BenchmarkDotNet.Attributes;
using Broker.AlibabaCloud.Sources;
using Broker.AlibabaCloud.Sts;

namespace Broker.Benchmarks;

/// <summary>A call of AssumeRole without the network: the request is signed, and STS's answer is read.</summary>
public class StsAnswers
{
    static readonly byte[] Answer = Encoding.UTF8.GetBytes(
        $$"""
        {"RequestId":"0B5E7D4C-0000-0000-0000-000000000000","AssumedRoleUser":{"AssumedRoleId":"300000000000000000:acme@uploads","Arn":"acs:ram::1234567890123456:role/acme/acme@uploads"},
        "Credentials":{"AccessKeyId":"{{Subject.AccessKeyId}}","AccessKeySecret":"{{Subject.AccessKeySecret}}","SecurityToken":"{{Subject.SecurityToken}}","Expiration":"2999-01-01T00:00:00Z"} }
        """);

    readonly AssumeRoleRequest _request = new("acs:ram::1234567890123456:role/acme", "acme@uploads", 3600, "{}", null);
    readonly StsClient _client = new(new StsExchange(new(new Answering()), new("https://sts.example.com"), TimeProvider.System), new FixedKey());

    /// <summary>One call.</summary>
    [Benchmark]
    public Task<AssumedRole> AssumeRole() => _client.AssumeRoleAsync(_request, CancellationToken.None);

    sealed class Answering : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Answer) });
    }

    sealed class FixedKey : ISourceIdentityProvider
    {
        readonly SourceIdentity _identity = new("id", "secret", null);

        public ValueTask<SourceIdentity> GetAsync(CancellationToken cancellationToken) => new(_identity);
    }
}
