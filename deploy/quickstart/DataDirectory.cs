namespace Broker.Quickstart;

/// <summary>A directory that only its owner may read, in the hands of one process at a time.</summary>
sealed class DataDirectory : IDisposable
{
    readonly FileStream _lock;

    /// <param name="path">Made when it is missing.</param>
    /// <param name="name">What runs on it.</param>
    /// <exception cref="IOException">Another one runs on it.</exception>
    public DataDirectory(string path, string name)
    {
        Make(path);
        try { _lock = new(Path.Combine(path, $"{name}.lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None); }
        catch (IOException e) { throw new IOException($"A {name} runs on {path} already. Choose another directory with --data.", e); }
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Makes a directory where there is none. Sessions of the emulator lie there in the clear, so it is its owner's.</summary>
    public static void Make(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
