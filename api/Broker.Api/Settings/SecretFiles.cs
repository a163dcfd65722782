using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.FileProviders;

namespace Broker.Api.Settings;

/// <summary>Settings in files of their own, as secrets come into containers and services. Configuration keys are the properties' names.</summary>
public sealed class SecretFileOptions
{
    /// <summary>
    /// A directory in which each file is a setting, named by its key with <c>__</c> for <c>:</c>, such as
    /// <c>Postgres__ConnectionString</c>. What is set in another way wins. A file that is replaced counts at the next start, but
    /// the broker's own AccessKey within seconds. Null (default): none.
    /// </summary>
    public string? SecretsDirectory { get; set; }
}

/// <summary>Reads settings from files of their own.</summary>
public static class SecretFiles
{
    /// <summary>Adds those of <see cref="SecretFileOptions.SecretsDirectory"/>, before all that is there.</summary>
    /// <exception cref="InvalidOperationException">They cannot be read; the message names the setting.</exception>
    public static ConfigurationManager AddSecretFiles(this ConfigurationManager configuration)
    {
        if (configuration.Read<SecretFileOptions>().SecretsDirectory is not { Length: > 0 } directory) return configuration;
        try
        {
            var source = new KeyPerFileConfigurationSource
            {
                // Looked at every few seconds: orchestrators replace such directories in ways of which the system tells nothing.
                FileProvider = new PhysicalFileProvider(Path.GetFullPath(directory)) { UsePollingFileWatcher = true, UseActivePolling = true },
                ReloadOnChange = true,
            };
            configuration.Sources.Insert(0, source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"SecretsDirectory '{directory}' cannot be read: {e.GetType().Name}.");
        }
        return configuration;
    }
}
