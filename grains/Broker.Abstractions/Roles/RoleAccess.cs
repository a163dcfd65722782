namespace Broker;

/// <summary>What a role's sessions may do, by the names in the API.</summary>
public static class RoleAccess
{
    /// <summary>Read objects.</summary>
    public const string Read = "read";
    /// <summary>Write objects.</summary>
    public const string Write = "write";
    /// <summary>List objects.</summary>
    public const string List = "list";
    /// <summary>Delete objects.</summary>
    public const string Delete = "delete";

    /// <summary>Every access.</summary>
    public static readonly string[] All = [Read, Write, List, Delete];
}
