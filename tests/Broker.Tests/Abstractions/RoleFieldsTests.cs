using Broker.Grains.Minting;

namespace Broker.Tests.Abstractions;

/// <summary>
/// Each field of the settings, and whether another value of it ends the sessions that were minted before. A field that is added
/// must be added here: one that is forgotten would leave old credentials in use under a new policy.
/// </summary>
public sealed class RoleFieldsTests
{
    static readonly StorageEntry Entry = new() { Name = "main", RoleArn = "acs:ram::1:role/a", Bucket = "bkt", Region = "cn-hangzhou", KeyPrefix = "acme/" };
    static readonly RoleDefinition Role = RoleRules.WithDefaults(new() { Storage = "main", Access = ["read"] });

    static readonly Dictionary<string, (RoleDefinition Changed, bool EndsSessions)> RoleFields = new()
    {
        [nameof(RoleDefinition.Storage)] = (Role with { Storage = "other" }, true),
        [nameof(RoleDefinition.SubPrefix)] = (Role with { SubPrefix = "a/" }, true),
        [nameof(RoleDefinition.Access)] = (Role with { Access = ["list"] }, true),
        [nameof(RoleDefinition.DurationSeconds)] = (Role with { DurationSeconds = 1800 }, true),
        [nameof(RoleDefinition.Conditions)] = (Role with { Conditions = new() { SecureTransport = true } }, true),
        [nameof(RoleDefinition.ExtraStatements)] = (Role with { ExtraStatements = ["""{"Effect":"Deny","Action":"oss:GetObject","Resource":"*"}"""] }, true),
        [nameof(RoleDefinition.Uploads)] = (Role with { Uploads = new() { MaxBytes = 1 } }, false),
        [nameof(RoleDefinition.SignedUrls)] = (Role with { SignedUrls = new() { MaxExpiresIn = 1 } }, false),
        [nameof(RoleDefinition.Limits)] = (Role with { Limits = new() { RequestsPerSecond = 1 } }, false),
        [nameof(RoleDefinition.KeepWarm)] = (Role with { KeepWarm = true }, false),
        // It has no sessions at all; the grain looks at it before it compiles any.
        [nameof(RoleDefinition.Disabled)] = (Role with { Disabled = true }, false),
    };

    static readonly Dictionary<string, (StorageEntry Changed, bool EndsSessions)> EntryFields = new()
    {
        [nameof(StorageEntry.RoleArn)] = (Entry with { RoleArn = "acs:ram::1:role/b" }, true),
        [nameof(StorageEntry.ExternalId)] = (Entry with { ExternalId = "external" }, true),
        [nameof(StorageEntry.Identity)] = (Entry with { Identity = "second" }, true),
        [nameof(StorageEntry.Bucket)] = (Entry with { Bucket = "other" }, true),
        [nameof(StorageEntry.KeyPrefix)] = (Entry with { KeyPrefix = "other/" }, true),
        [nameof(StorageEntry.Endpoint)] = (Entry with { Endpoint = "https://oss-accelerate.aliyuncs.com" }, false),
        [nameof(StorageEntry.Addressing)] = (Entry with { Addressing = "cname", Endpoint = "https://files.example.com" }, false),
        [nameof(StorageEntry.Region)] = (Entry with { Region = "cn-beijing" }, false),
        // Roles find it by this name: another one is another entry.
        [nameof(StorageEntry.Name)] = (Entry, false),
    };

    static string Fingerprint(RoleDefinition role, StorageEntry entry) =>
        SessionTerms.Compile(new(new("acme", "uploads"), 1, default, role), new() { Storage = [entry, entry with { Name = "other", KeyPrefix = "elsewhere/" }] }).Fingerprint;

    [Fact]
    public void Every_field_of_a_role_is_known_by_what_it_does_to_sessions()
    {
        Assert.Equal(typeof(RoleDefinition).GetProperties().Select(p => p.Name).Order(), RoleFields.Keys.Order());
        foreach (var (field, (changed, ends)) in RoleFields)
            Assert.True(Fingerprint(changed, Entry) != Fingerprint(Role, Entry) == ends, field);
    }

    [Fact]
    public void Every_field_of_a_storage_entry_is_known_by_what_it_does_to_sessions()
    {
        Assert.Equal(typeof(StorageEntry).GetProperties().Select(p => p.Name).Order(), EntryFields.Keys.Order());
        foreach (var (field, (changed, ends)) in EntryFields)
            Assert.True(Fingerprint(Role, changed) != Fingerprint(Role, Entry) == ends, field);
    }
}
