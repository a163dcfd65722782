using System.Diagnostics;

namespace Broker.AlibabaCloud.Sources;

/// <summary>
/// The key that a program prints, as a CLI profile of mode External names one. It has 60 s; what takes longer is killed with all
/// that it has started. What it prints is never repeated.
/// </summary>
/// <param name="command">The program and its arguments.</param>
/// <param name="where">Names the command in errors.</param>
/// <param name="clock">The time.</param>
sealed class ExternalProcess(string command, string where, TimeProvider clock) : IIdentitySource
{
    const int LongestOutput = 256 * 1024;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name => "external";

    public async Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken)
    {
        var printed = IdentityDocument.Parse($"What {where} printed", await RunAsync(cancellationToken));
        var token = printed.Text("sts_token");
        if (printed.Text("mode") == "StsToken" && token is null) throw printed.Broken("sts_token", "is missing or empty");
        return new(printed.Need("access_key_id"), printed.Need("access_key_secret"), token, printed.Moment("expiration"));
    }

    async Task<byte[]> RunAsync(CancellationToken cancellationToken)
    {
        using var process = Start();
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            process.StandardInput.Close();
            // Read to its end, so that it never waits for us; its errors are its own affair, and may hold anything.
            var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, either.Token);
            var output = await ReadAsync(process.StandardOutput.BaseStream, either.Token);
            await process.WaitForExitAsync(either.Token);
            await errors;
            return process.ExitCode == 0 ? output : throw new SourceIdentityException($"{where} ended with {process.ExitCode}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SourceIdentityException($"{where} has not ended within {Patience.TotalSeconds:0} s.");
        }
        finally { End(process); }
    }

    Process Start()
    {
        var words = ProcessCommandLine.Split(command, where);
        try
        {
            return Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            throw new SourceIdentityException($"{where} cannot be started.");
        }
    }

    async Task<byte[]> ReadAsync(Stream printed, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        var buffer = new byte[8192];
        for (int read; (read = await printed.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (output.Length + read > LongestOutput) throw new SourceIdentityException($"{where} printed more than {LongestOutput} bytes.");
            output.Write(buffer, 0, read);
        }
        return output.ToArray();
    }

    static void End(Process process)
    {
        try { process.Kill(entireProcessTree: true); }
        // It has ended.
        catch (InvalidOperationException) { }
    }
}
