namespace Broker.Client;

/// <summary>
/// A role of a credential broker. One for each role, for the life of the process: it keeps the role's credentials. Safe for
/// concurrent use.
/// </summary>
public sealed class BrokerClient
{
    readonly BrokerExchange _broker;
    readonly KeptCredentials _kept;

    /// <param name="http">Sends the requests; without a base address or time limit of its own.</param>
    /// <param name="options">Which broker, as whom, and for which role.</param>
    /// <param name="clock">The time; null: the system's.</param>
    /// <exception cref="ArgumentException">The options are broken; the message names the property.</exception>
    public BrokerClient(HttpClient http, BrokerClientOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(options);
        if (options.BrokenRule() is { } rule) throw new ArgumentException(rule, nameof(options));
        clock ??= TimeProvider.System;
        _broker = new(http, options, clock);
        // Whoever waits may leave; the request is for all.
        _kept = new(() => _broker.GetAsync("credentials", BrokerJson.Default.RoleCredentials, CancellationToken.None), clock);
    }

    /// <summary>The role's credentials, with 60 s of life or more. Ask for them each time they are needed.</summary>
    /// <exception cref="BrokerProblemException">There are none.</exception>
    public ValueTask<RoleCredentials> GetCredentialsAsync(CancellationToken cancellationToken = default) => _kept.GetAsync(cancellationToken);

    /// <summary>An upload form.</summary>
    /// <exception cref="BrokerProblemException">There is none.</exception>
    public Task<UploadForm> CreateUploadFormAsync(UploadFormRequest request, CancellationToken cancellationToken = default) =>
        _broker.PostAsync("post-policies", request, BrokerJson.Default.UploadFormRequest, BrokerJson.Default.UploadForm, cancellationToken);

    /// <summary>A signed URL.</summary>
    /// <exception cref="BrokerProblemException">There is none.</exception>
    public async Task<SignedUrl> SignUrlAsync(SignedUrlRequest request, CancellationToken cancellationToken = default) =>
        (await SignUrlsAsync([request], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Up to 1,000 signed URLs, in the order of the requests: all or none.</summary>
    /// <exception cref="BrokerProblemException">There are none.</exception>
    public async Task<IReadOnlyList<SignedUrl>> SignUrlsAsync(IReadOnlyList<SignedUrlRequest> requests, CancellationToken cancellationToken = default) =>
        (await _broker.PostAsync("signed-urls", new(requests), BrokerJson.Default.SignedUrlBatch, BrokerJson.Default.SignedUrls, cancellationToken).ConfigureAwait(false)).Urls;
}
