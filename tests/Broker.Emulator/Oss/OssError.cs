namespace Broker.Emulator.Oss;

/// <summary>OSS refuses a request.</summary>
/// <param name="status">The status.</param>
/// <param name="code">OSS's code.</param>
/// <param name="message">A sentence.</param>
/// <param name="ec">OSS's detailed error code.</param>
sealed class OssError(int status, string code, string message, string ec) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public string Ec { get; } = ec;
}
