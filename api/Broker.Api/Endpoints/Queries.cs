using System.Globalization;

namespace Broker.Api.Endpoints;

/// <summary>Reads queries strictly.</summary>
static class Queries
{
    /// <summary>A page has at most so many items.</summary>
    public const int LargestPage = 1000;

    /// <summary>Refuses parameters of the query that the endpoint does not know, or that come twice.</summary>
    public static void DemandQuery(this HttpRequest request, params ReadOnlySpan<string> known)
    {
        foreach (var (name, values) in request.Query)
        {
            if (!known.Contains(name)) throw BrokerException.Invalid(name, "is not a known parameter");
            if (values.Count > 1) throw BrokerException.Invalid(name, "is given twice");
        }
    }

    /// <summary>The page that <c>pageSize</c> and <c>pageToken</c> ask for, of a list whose tokens are names.</summary>
    public static PageRequest ReadPage(this HttpRequest request)
    {
        request.DemandQuery("pageSize", "pageToken");
        var size = request.ReadPageSize();
        if (!request.Query.TryGetValue("pageToken", out var token)) return new(size);
        return Names.IsValid(token.ToString()) ? new(size, token.ToString()) : throw BadPageToken();
    }

    /// <summary>What is answered to a token that no answer gave.</summary>
    public static BrokerException BadPageToken() => BrokerException.Invalid("pageToken", "must be the nextPageToken of an answer");

    /// <summary>The size of a page that <c>pageSize</c> asks for.</summary>
    public static int ReadPageSize(this HttpRequest request) => request.Query.TryGetValue("pageSize", out var text) ? ReadSize(text.ToString()) : new PageRequest().Size;

    static int ReadSize(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= LargestPage
            ? size : throw BrokerException.Invalid("pageSize", $"must be 1 to {LargestPage}");
}
