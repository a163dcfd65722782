using System.Text.Json;
using Broker.AlibabaCloud.Oss;
using Broker.Grains.Minting;

namespace Broker.Silo.Commands.Checks;

/// <summary>What is known of a role before anything is tried.</summary>
/// <param name="Path">Its address at the API.</param>
/// <param name="RoleArn">The RAM role that it assumes.</param>
/// <param name="Place">Its bucket.</param>
/// <param name="Prefix">Its full prefix.</param>
/// <param name="Access">What it permits.</param>
/// <param name="Definition">Its settings.</param>
sealed record CheckedRole(string Path, string RoleArn, OssPlace Place, string Prefix, string[] Access, RoleDefinition Definition)
{
    public bool May(string access) => Access.Contains(access);

    /// <summary>Whether it could remove what it puts.</summary>
    public bool MayPut => May(RoleAccess.Write) && May(RoleAccess.Delete);

    /// <exception cref="InvalidOperationException">The tenant has not the storage entry that the role names.</exception>
    public static CheckedRole Of(string path, JsonElement role, JsonElement tenant)
    {
        var definition = role.GetProperty("definition").Deserialize<RoleDefinition>(JsonSerializerOptions.Web)!;
        var entry = tenant.GetProperty("definition").Deserialize<TenantDefinition>(JsonSerializerOptions.Web)!.Storage.FirstOrDefault(e => e.Name == definition.Storage)
            ?? throw new InvalidOperationException($"The tenant has no storage entry '{definition.Storage}'.");
        return new(path, entry.RoleArn, StoragePlace.Of(entry), entry.KeyPrefix + definition.SubPrefix, definition.Access, definition);
    }
}
