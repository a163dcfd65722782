using Microsoft.IdentityModel.Tokens;

namespace Broker.Api.Authentication.Oidc;

/// <summary>
/// The keys of one issuer: fetched once for all who wait, renewed while they are used, and asked for again when a token names
/// one that is not known. The library's own cache takes no clock, tries again on every call while an issuer is away, and shows
/// a rotated key only to the next token.
/// </summary>
sealed partial class IssuerKeys(string issuer, IssuerDocuments documents, TimeProvider clock, ILogger<IssuerKeys> logger)
{
    // What an issuer has withdrawn is accepted for an hour at the very most; in use, for ten minutes.
    static readonly TimeSpan RenewedAfter = TimeSpan.FromMinutes(10), UsableFor = TimeSpan.FromHours(1);
    static readonly TimeSpan BetweenSearches = TimeSpan.FromMinutes(1), AfterFailure = TimeSpan.FromSeconds(10);

    readonly Lock _gate = new();
    volatile SigningKeys? _keys;
    long? _fetchedAt, _failedAt, _searchedAt;
    Task _flight = Task.CompletedTask;

    /// <summary>The key that the token means; null when the issuer has none such, or cannot be asked.</summary>
    public async Task<JsonWebKey?> FindAsync(string? id, string algorithm, CancellationToken cancellationToken)
    {
        var seen = _keys;
        await KeepFresh().WaitAsync(cancellationToken);
        if (Find(id, algorithm) is { } known) return known;
        await Search(seen).WaitAsync(cancellationToken);
        return Find(id, algorithm);
    }

    JsonWebKey? Find(string? id, string algorithm)
    {
        lock (_gate) return Since(_fetchedAt) < UsableFor ? _keys!.Find(id, algorithm) : null;
    }

    /// <summary>What to wait for before the keys are looked at: nothing while they are usable.</summary>
    Task KeepFresh()
    {
        lock (_gate)
        {
            var age = Since(_fetchedAt);
            if (age >= RenewedAfter) TryFetch();
            return age < UsableFor ? Task.CompletedTask : _flight;
        }
    }

    /// <summary>Asks again for an unknown key, unless the present keys came after the question.</summary>
    Task Search(SigningKeys? seen)
    {
        lock (_gate)
        {
            if (_keys != seen || Since(_searchedAt) < BetweenSearches) return _flight;
            if (TryFetch()) _searchedAt = clock.GetTimestamp();
            return _flight;
        }
    }

    bool TryFetch()
    {
        if (!_flight.IsCompleted || Since(_failedAt) < AfterFailure) return false;
        _flight = Task.Run(FetchAsync);
        return true;
    }

    async Task FetchAsync()
    {
        try
        {
            var keys = await documents.ReadKeysAsync(issuer);
            lock (_gate) (_keys, _fetchedAt) = (keys, clock.GetTimestamp());
        }
        catch (Exception e)
        {
            lock (_gate) _failedAt = clock.GetTimestamp();
            LogFailure(issuer, Kind(e));
        }
    }

    TimeSpan Since(long? moment) => moment is { } past ? clock.GetElapsedTime(past) : TimeSpan.MaxValue;

    static string Kind(Exception failure) => failure switch
    {
        IssuerException => failure.Message,
        HttpRequestException { InnerException: IssuerException inner } => inner.Message,
        HttpRequestException http => http.HttpRequestError.ToString(),
        OperationCanceledException => "it is too slow",
        _ => failure.GetType().Name,
    };

    [LoggerMessage(LogLevel.Warning, "The keys of the issuer {Issuer} cannot be read: {Kind}.")]
    partial void LogFailure(string issuer, string kind);
}
