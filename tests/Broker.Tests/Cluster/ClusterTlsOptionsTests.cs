using Broker.Api.Cluster;
using Broker.Cluster;
using Broker.Silo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Broker.Tests.Cluster;

/// <summary>Which settings and files start a process, and how the others are named.</summary>
public sealed class ClusterTlsOptionsTests
{
    readonly ClusterAuthority _authority = new();

    static ClusterTlsOptions Options(string? certificate, string? key, string? authority, bool disabled) =>
        new() { CertificateFile = certificate, KeyFile = key, AuthorityFile = authority, Disabled = disabled };

    [Theory]
    [InlineData("c", "k", "a", false, true, null)]
    [InlineData("c", "k", "a", true, true, "ClusterTls:Disabled")]
    [InlineData("c", null, null, true, false, "ClusterTls:Disabled")]
    [InlineData("c", "k", null, false, false, "ClusterTls:AuthorityFile")]
    [InlineData("c", "k", "", false, false, "ClusterTls:AuthorityFile")]
    [InlineData(null, null, "a", false, false, "ClusterTls:CertificateFile")]
    [InlineData(null, null, null, false, false, null)]
    [InlineData(null, null, null, false, true, "ClusterTls:Disabled=true")]
    [InlineData("", "", "", false, true, "ClusterTls:KeyFile")]
    [InlineData(null, null, null, true, true, null)]
    public void The_files_are_set_together_and_Production_wants_them_or_a_word(string? certificate, string? key, string? authority, bool disabled, bool production, string? named)
    {
        var rule = Options(certificate, key, authority, disabled).BrokenRule(production);
        if (named is null) Assert.Null(rule);
        else Assert.Contains(named, rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.1.2.3", false, false, null)]
    [InlineData("8.8.8.8", false, true, "AllowPublicAddress")]
    [InlineData("8.8.8.8", true, false, "ClusterTls")]
    [InlineData("8.8.8.8", true, true, null)]
    [InlineData("2001:4860:4860::8888", true, true, null)]
    [InlineData("0.0.0.0", true, true, "AdvertisedAddress")]
    [InlineData("::", true, true, "AdvertisedAddress")]
    [InlineData("::ffff:0.0.0.0", true, true, "AdvertisedAddress")]
    public void A_public_address_is_asked_for_and_encrypted(string address, bool allowed, bool encrypted, string? named)
    {
        var rule = new SiloOptions { AdvertisedAddress = address, AllowPublicAddress = allowed }.BrokenRule(encrypted);
        if (named is null) Assert.Null(rule);
        else Assert.Contains(named, rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no key", "ClusterTls:KeyFile")]
    [InlineData("another key", "ClusterTls:KeyFile")]
    [InlineData("no certificate in the file", "ClusterTls:CertificateFile")]
    [InlineData("a broken certificate", "ClusterTls:CertificateFile")]
    [InlineData("no authority in the file", "ClusterTls:AuthorityFile")]
    [InlineData("another authority", "ClusterTls:AuthorityFile")]
    [InlineData("the other role", "does not name client.broker.internal")]
    [InlineData("expired", "NotTimeValid")]
    [InlineData("another usage", "NotValidForUsage")]
    public void Files_that_cannot_be_used_stop_the_start_and_are_named(string kind, string named)
    {
        var leaf = _authority.Certify(ClusterRole.Client);
        var files = new ClusterDirectory(leaf, _authority);
        switch (kind)
        {
            case "no key": File.Delete(files.KeyFile); break;
            case "another key": files.Put(leaf with { Key = _authority.Certify(ClusterRole.Client).Key }); break;
            case "no certificate in the file": File.WriteAllText(files.CertificateFile, leaf.Key); break;
            case "a broken certificate": File.WriteAllText(files.CertificateFile, leaf.Certificate.Replace("MI", "AA", StringComparison.Ordinal)); break;
            case "no authority in the file": File.WriteAllText(files.AuthorityFile, ""); break;
            case "another authority": files.Trust(new ClusterAuthority()); break;
            case "the other role": files.Put(_authority.Certify(ClusterRole.Silo)); break;
            case "expired": files.Put(_authority.Certify(ClusterRole.Client, expired: true)); break;
            case "another usage": files.Put(_authority.Certify(ClusterRole.Client.Name, ["1.3.6.1.5.5.7.3.1"])); break;
        }
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Configuration.AddInMemoryCollection(files.Settings);
        var refusal = Assert.Throws<InvalidOperationException>(() => builder.AddClusterTls(ClusterRole.Client));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(leaf.Key.Split('\n')[1], $"{refusal}", StringComparison.Ordinal);
    }
}
