using System.Globalization;
using System.Text.Json;
using Broker.Bench.Figures;

namespace Broker.Bench.Scale;

/// <summary>
/// What many roles need, in one process: they are made and renewed in the first life of a silo, and warmed from what is stored in
/// the second. Writes its figures into a file.
/// </summary>
static class ScaleProgram
{
    public const string Name = "scale";

    /// <summary>So many come before anything is measured: what all share, and compiled code, are no role's.</summary>
    const int First = 1000;

    const int Rounds = 5, PageSize = 1000;

    /// <param name="args">How many roles, and the file.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var roles = int.Parse(args[0], CultureInfo.InvariantCulture);
        FilledFigures filled;
        await using (var silo = await ScaleSilo.StartAsync(cancellationToken)) filled = await FillAsync(new(silo.Grains, roles), roles, cancellationToken);
        await using var second = await ScaleSilo.StartAsync(cancellationToken);
        var figures = new SiloFigures(filled, await WarmAsync(second.Grains, new(second.Grains, roles), roles, cancellationToken));
        await File.WriteAllBytesAsync(args[1], JsonSerializer.SerializeToUtf8Bytes(figures), cancellationToken);
        return 0;
    }

    static async Task<FilledFigures> FillAsync(Population population, int roles, CancellationToken cancellationToken)
    {
        await Pace.OfAsync(0, population.Tenants, population.PutTenantAsync, cancellationToken);
        await Pace.OfAsync(0, First, population.PutRoleAsync, cancellationToken);
        await Pace.OfAsync(0, First, population.RenewAsync, cancellationToken);
        var made = await Pace.OfAsync(First, roles, population.PutRoleAsync, cancellationToken);
        var renewed = await Pace.OfAsync(First, roles, population.RenewAsync, cancellationToken);
        var tenants = await Pace.OfAsync(population.Tenants, roles, population.PutTenantAsync, cancellationToken);
        return new(made, tenants, renewed, new(await ListAsync(population, cancellationToken)));
    }

    /// <summary>The milliseconds of each page of all tenants.</summary>
    static async Task<double[]> ListAsync(Population population, CancellationToken cancellationToken)
    {
        var (pages, after) = (new List<double>(), (string?)null);
        do
        {
            var began = TimeProvider.System.GetTimestamp();
            after = (await population.ListAsync(new(PageSize, after), cancellationToken)).NextPageToken;
            pages.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }
        while (after is not null);
        return [.. pages];
    }

    static async Task<WarmedFigures> WarmAsync(IGrainFactory grains, Population population, int roles, CancellationToken cancellationToken)
    {
        Task Empty(int number, CancellationToken _) => grains.GetGrain<IEmptyGrain>($"e/{number}").Answer();
        await Pace.OfAsync(0, First, Empty, cancellationToken);
        await Pace.OfAsync(0, First, population.LeaseAsync, cancellationToken);
        var (empty, warmed, bytes, each) = (new double[Rounds], new double[Rounds], new double[Rounds], (roles - First) / Rounds);
        for (var round = 0; round < Rounds; round++)
        {
            var from = First + (round * each);
            empty[round] = await Pace.OfAsync(from, from + each, Empty, cancellationToken);
            var before = Heap();
            warmed[round] = await Pace.OfAsync(from, from + each, population.LeaseAsync, cancellationToken);
            bytes[round] = (Heap() - before) / (double)each;
        }
        return new(new(empty), new(warmed), new(bytes));
    }

    static long Heap()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
