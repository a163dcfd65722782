using Broker.AlibabaCloud.Sources;
using Broker.AlibabaCloud.Sts;

namespace Broker.Bench.Serving;

/// <summary>
/// What Alibaba Cloud's guide to uploads shows in C#: a minimal API that makes a client and calls AssumeRole for each request.
/// Kinder than the guide: connections to STS are kept, the call is awaited where the guide's holds a thread, and nothing is logged.
/// </summary>
static class GuideSample
{
    public const string Name = "sample-csharp";

    /// <param name="app">Where it is mapped.</param>
    /// <param name="sts">STS's address.</param>
    public static void Map(WebApplication app, Uri sts)
    {
        var calls = new StsExchange(StsHttp.CreateClient(), sts, TimeProvider.System);
        app.MapGet(SampleCloud.Path, async context =>
        {
            var client = new StsClient(calls, new SampleKey());
            var session = await client.AssumeRoleAsync(new(SampleCloud.RoleArn, "sample", 3600, null, null), context.RequestAborted);
            await context.Response.WriteAsJsonAsync(new Answer(session.AccessKeyId, session.AccessKeySecret, session.SecurityToken, session.Expiration), context.RequestAborted);
        });
    }

    sealed record Answer(string AccessKeyId, string AccessKeySecret, string SecurityToken, DateTimeOffset Expiration)
    {
        public override string ToString() => AccessKeyId;
    }

    sealed class SampleKey : ISourceIdentityProvider
    {
        public ValueTask<SourceIdentity> GetAsync(CancellationToken cancellationToken) => new(new SourceIdentity(EmulatedCloud.KeyId, EmulatedCloud.KeySecret, null));
    }
}

/// <summary>What both samples of the guide have in common.</summary>
static class SampleCloud
{
    /// <summary>The address that the guide's pages ask.</summary>
    public const string Path = "/get_sts_token_for_oss_upload";

    public const string RoleArn = $"acs:ram::{Emulator.EmulatorOptions.Account}:role/sample";
}
