namespace Broker.Api.Authentication;

/// <summary>The administrator who is there before any key is. Configuration keys are the properties' names.</summary>
public sealed class BootstrapOptions
{
    /// <summary>The administrator's key, 20 characters or more. Null (default): none, or that of the file.</summary>
    public string? AdminKey { get; set; }

    /// <summary>A file with the key; white space around it does not count. Null (default): none. Not beside <see cref="AdminKey"/>.</summary>
    public string? AdminKeyFile { get; set; }

    /// <summary>The key, wherever it is; null: none.</summary>
    /// <exception cref="InvalidOperationException">The setting is broken; the message names it.</exception>
    public string? Key()
    {
        if (AdminKey is not null && AdminKeyFile is not null) throw new InvalidOperationException("Set either AdminKey or AdminKeyFile, not both.");
        return AdminKeyFile is null ? AdminKey : Read(AdminKeyFile);
    }

    static string Read(string file)
    {
        try { return File.ReadAllText(file).Trim(); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"AdminKeyFile '{file}' cannot be read: {e.GetType().Name}.");
        }
    }
}

/// <summary>Knows the bootstrap administrator's key by its hash. Prints nothing of it.</summary>
sealed class BootstrapAdministrator
{
    const int ShortestKey = 20;

    readonly CredentialProof? _proof;

    /// <exception cref="InvalidOperationException">The setting is broken; the message names it.</exception>
    public BootstrapAdministrator(BootstrapOptions options)
    {
        if (options.Key() is not { } key) return;
        if (key.Length < ShortestKey) throw new InvalidOperationException($"AdminKey must have {ShortestKey} characters or more.");
        _proof = CredentialProof.Of(key);
    }

    public static Caller Caller { get; } = new("bootstrap", null, [Scope.Admin]);

    public bool IsKey(in CredentialProof proof) => _proof is { } own && own.Matches(in proof);
}
