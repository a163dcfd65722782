using System.Text.Json;
using Broker.Emulator.Ram;
using Broker.Emulator.State;

namespace Broker.Emulator.Control;

/// <summary><c>/_emulator/…</c> on both servers: how tests look in and steer.</summary>
static class ControlEndpoints
{
    /// <summary>The limits that can be set; null: none. Sessions shorter than STS's shortest show many renewals in a short time.</summary>
    sealed record Limits(int? AssumeRolePerSecond, int? LongestSessionSeconds);

    /// <summary>How far the servers' clock is off.</summary>
    sealed record ClockOffset(double OffsetSeconds);

    /// <summary>A role, its policy as a document or as its text.</summary>
    sealed record RoleInput(string Arn, string? ExternalId = null, JsonElement? Policy = null, int MaxSessionSeconds = 43_200, bool Exists = true)
    {
        public Role ToRole()
        {
            var policy = Policy switch
            {
                null or { ValueKind: JsonValueKind.Null } => null,
                { ValueKind: JsonValueKind.String } text => text.GetString(),
                { } document => document.GetRawText(),
            };
            if (policy is not null) RamPolicy.Parse(policy);
            return new(Arn, ExternalId, policy, MaxSessionSeconds, Exists);
        }
    }

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    public static void Map(WebApplication app, World world)
    {
        app.MapGet("/_emulator/stats", () => world.Counters.All);
        app.MapGet("/_emulator/requests", () => world.Requests.All);
        app.MapPost("/_emulator/faults", context => ReadAsync<Fault>(context, world.Faults.Add));
        app.MapDelete("/_emulator/faults", () => world.Faults.Clear());
        app.MapPut("/_emulator/limits", context => ReadAsync<Limits>(context, limits => Set(world, limits)));
        app.MapPut("/_emulator/clock", context => ReadAsync<ClockOffset>(context, clock => world.ClockOffset = TimeSpan.FromSeconds(clock.OffsetSeconds)));
        app.MapPut("/_emulator/roles", context => ReadAsync<RoleInput>(context, role => world.Put(role.ToRole())));
        app.MapPut("/_emulator/buckets", context => ReadAsync<Bucket>(context, bucket => world.Buckets[bucket.Name] = bucket));
    }

    static void Set(World world, Limits limits)
    {
        world.AssumeRoleRate.Limit(limits.AssumeRolePerSecond);
        world.LongestSessionSeconds = limits.LongestSessionSeconds ?? int.MaxValue;
    }

    static async Task ReadAsync<T>(HttpContext context, Action<T> apply)
    {
        try
        {
            var input = await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Json, context.RequestAborted) ?? throw new JsonException("null");
            apply(input);
            await context.Response.WriteAsJsonAsync(input, Json, context.RequestAborted);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsJsonAsync(new { error = e.Message }, Json, context.RequestAborted);
        }
    }
}
