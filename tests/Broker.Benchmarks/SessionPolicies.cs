using BenchmarkDotNet.Attributes;
using Broker.AlibabaCloud.Ram;

namespace Broker.Benchmarks;

/// <summary>The session policy of a role that may do everything below its prefix, under conditions.</summary>
public class SessionPolicies
{
    readonly SessionGrant _grant = new(
        Subject.Place.Bucket, Subject.Prefix, ObjectAccess.Read | ObjectAccess.Write | ObjectAccess.List | ObjectAccess.Delete, ["203.0.113.0/24"], true, []);

    /// <summary>One policy.</summary>
    [Benchmark]
    public string Compile() => SessionPolicy.Compile(_grant);
}
