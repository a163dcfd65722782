using System.Text;
using System.Text.Json;
using Broker.Grains.Roles;

namespace Broker.Tests.Grains.Roles;

public class RolePreviewTests
{
    static readonly RoleDefinition Reading = new() { Storage = "main", Access = ["read"] };

    static Preview PreviewOf(RoleDefinition given, RoleDefinition? present = null)
    {
        var settings = Compiled.Settings(given);
        return RolePreview.Of(present is null ? null : Compiled.Settings(present), settings.Definition, Compiled.Terms(settings));
    }

    [Fact]
    public void A_preview_has_the_policy_and_its_length()
    {
        var preview = PreviewOf(Reading);
        Assert.Equal("""{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"acs:oss:*:*:bkt/tenants/acme/*"}]}""", preview.Policy);
        Assert.Equal(Encoding.UTF8.GetByteCount(preview.Policy), preview.Bytes);
        Assert.Equal(Convert.ToBase64String(Encoding.UTF8.GetBytes(preview.Policy)).Length, preview.EstimatedTokenGrowth);
        Assert.Empty(preview.Warnings);
    }

    [Fact]
    public void Equal_settings_change_nothing() => Assert.Empty(PreviewOf(Reading, Reading with { DurationSeconds = 3600 }).Changes);

    [Fact]
    public void Changes_go_setting_by_setting_and_arrays_as_a_whole()
    {
        var deny = """{"Effect":"Deny","Action":"oss:PutObject","Resource":"*"}""";
        var changed = Reading with
        {
            Access = ["read", "write"], DurationSeconds = 7200, Uploads = new() { MaxBytes = 10, Callback = null },
            Limits = new() { RequestsPerSecond = 5 }, SubPrefix = "ü/", ExtraStatements = [deny],
        };
        SettingChange[] expected =
        [
            new("subPrefix", "\"\"", "\"ü/\""), new("access", """["read"]""", """["read","write"]"""), new("durationSeconds", "3600", "7200"),
            new("uploads.maxBytes", "5368709120", "10"), new("extraStatements", "[]", $"[{deny}]"), new("limits.requestsPerSecond", "null", "5"),
        ];
        Assert.Equal(expected.OrderBy(c => c.Field, StringComparer.Ordinal), PreviewOf(changed, Reading).Changes.OrderBy(c => c.Field, StringComparer.Ordinal));
    }

    [Fact]
    public void A_new_role_changes_everything_from_null()
    {
        var changes = PreviewOf(Reading).Changes;
        Assert.All(changes, change => Assert.Equal("null", change.From));
        Assert.Contains(new SettingChange("uploads.maxExpiresIn", "null", "900"), changes);
        Assert.Contains(new SettingChange("conditions.sourceNetworks", "null", "[]"), changes);
        Assert.DoesNotContain(changes, change => change.To == "null");
    }

    [Fact]
    public void The_policy_and_the_values_are_written_as_JSON_not_as_text()
    {
        var preview = PreviewOf(Reading with { DurationSeconds = 7200, Uploads = new() { Callback = null } }, Reading);
        var json = JsonSerializer.SerializeToElement(preview, JsonSerializerOptions.Web);
        Assert.Equal(JsonValueKind.Object, json.GetProperty("policy").ValueKind);
        Assert.Equal("""{"field":"durationSeconds","from":3600,"to":7200}""", json.GetProperty("changes")[0].GetRawText());
        Assert.Equal("""{"field":"a","from":null,"to":[1]}""", JsonSerializer.Serialize(new SettingChange("a", "null", "[1]"), JsonSerializerOptions.Web));
        Assert.Equal(new("a", "null", "[1]"), JsonSerializer.Deserialize<SettingChange>("""{"field":"a","from":null,"to":[1]}""", JsonSerializerOptions.Web));
    }
}
