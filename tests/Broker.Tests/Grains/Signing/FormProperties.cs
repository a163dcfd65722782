using System.Text;
using Broker.AlibabaCloud;
using Broker.AlibabaCloud.Oss;
using Broker.Emulator.Oss;
using Broker.Emulator.State;
using Broker.Grains.Signing;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Grains.Signing;

/// <summary>Random forms of the signer, judged by the emulator, which shares no code with it.</summary>
public class FormProperties
{
    const string Prefix = "tenants/acme/in/";
    static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    static readonly NativeCloud Cloud = new(new("http://127.0.0.1:1"), _ => null, Clock);
    static readonly Dictionary<string, string> Buckets = new() { ["bkt"] = "cn-hangzhou" };
    static readonly OssPlace Place = new("bkt", "cn-hangzhou", null, OssAddressing.Virtual);
    static readonly Gen<string> Text = Gen.String[Gen.OneOf(Gen.Char['!', '~'], Gen.Char["ü中 \\$\""]), 1, 20];
    static readonly Gen<string> Value = Gen.String[Gen.Char['!', '~'], 1, 20];
    static readonly Gen<string[]> Types = OneOf<string[]>([], ["image/*"], ["image/png"], ["image/png", "text/plain", "a/b+c"]);

    static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    static readonly Gen<PostFormRequest> Requests =
        from named in Gen.Bool
        from key in Text.Where(k => !k.Contains("${", StringComparison.Ordinal))
        from prefix in OneOf("", "a/", "中/$/\\/")
        from sizes in Gen.Select(Gen.Long[0, 1000], Gen.Long[0, 1000])
        from types in Types
        from metadata in Gen.Dictionary(Gen.String[Gen.Char['a', 'z'], 1, 8], Value)[0, 3]
        from status in OneOf(200, 201, 204)
        from redirect in OneOf<string?>(null, "https://app.example.com/$done?x=1\\")
        from forbid in OneOf<bool?>(null, true, false)
        select new PostFormRequest
        {
            Key = named ? key : null, KeyPrefix = named ? null : prefix, MinBytes = sizes.Item1, MaxBytes = sizes.Item1 + sizes.Item2,
            ContentTypes = types, Metadata = metadata, SuccessStatus = status, SuccessRedirect = redirect, ForbidOverwrite = forbid,
        };

    static readonly Gen<RoleDefinition> Roles =
        from types in Types
        from forbid in Gen.Bool
        from callback in OneOf<string?>(null, "https://hooks.example.com/$done")
        select new RoleDefinition { Uploads = new() { ContentTypes = types, ForbidOverwrite = forbid, Callback = callback, MaxExpiresIn = 900 } };

    [Fact]
    public void Ten_thousand_forms_are_accepted_and_none_with_any_one_field_changed() =>
        Gen.Select(Requests, Roles, Gen.String[Gen.Char['!', '~'], 1, 800], Gen.Int).Sample((request, role, token, seed) =>
        {
            using var world = new World(new() { Clock = Clock, Buckets = Buckets });
            var end = Clock.GetUtcNow().AddHours(1);
            world.Sessions.Add(new("STS.ak", "secret", token, end, "", "", null));
            var session = new SigningSession(Cloud, new("STS.ak", "secret", token, Clock.GetUtcNow(), end, 1), Place, Prefix);
            var types = request.ContentTypes is { Length: > 0 } own ? own : role.Uploads.ContentTypes;
            var fields = FormSigning.Sign(request, role, session, Clock.GetUtcNow()).Fields.Concat(OwnTypes(types)).ToList();
            return Judge(world, fields) is { } conditions && (conditions.LeastBytes, conditions.MostBytes) == (request.MinBytes, request.MaxBytes)
                && !Variants(fields, types, new Random(seed)).Any(variant => Judge(world, variant) is not null);
        }, iter: 10_000);

    /// <summary>What the page adds when the file's own type is one of several.</summary>
    static IEnumerable<KeyValuePair<string, string>> OwnTypes(string[] types)
    {
        if (types is [] or [not "image/*"]) yield break;
        yield return new("content-type", "image/png");
        yield return new("x-oss-content-type", "image/png");
    }

    static PostConditions? Judge(World world, IEnumerable<KeyValuePair<string, string>> fields)
    {
        try { return PostObject.Judge(world, "bkt", new(new(fields, StringComparer.OrdinalIgnoreCase), "photo.png", "image/png", Stream.Null)).Conditions; }
        catch (OssError) { return null; }
    }

    /// <summary>A field left out, and another changed in one character.</summary>
    static IEnumerable<IEnumerable<KeyValuePair<string, string>>> Variants(List<KeyValuePair<string, string>> fields, string[] types, Random random)
    {
        var (left, changed) = (random.Next(fields.Count), random.Next(fields.Count));
        var (name, value) = fields[changed];
        yield return [.. fields.Take(left), .. fields.Skip(left + 1)];
        yield return [.. fields.Take(changed), new(name, Changed(name, value, types, random)), .. fields.Skip(changed + 1)];
    }

    static string Changed(string name, string value, string[] types, Random random)
    {
        // A key that ends in the file's name, and a type of a family, are bound in their beginnings only.
        var bound = name is "key" && value.EndsWith("${filename}", StringComparison.Ordinal) ? value.Length - "${filename}".Length
            : name.EndsWith("content-type", StringComparison.Ordinal) && types is ["image/*"] ? "image/".Length
            : value.Length;
        var at = random.Next(bound);
        var other = (char)random.Next('a', 'z');
        if (other >= value[at]) other++;
        return new StringBuilder(value) { [at] = other }.ToString();
    }
}
