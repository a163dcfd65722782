using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Broker.Tests.Contracts;

/// <summary>Silos of two versions work together while one is replaced by the other, and rows outlive all versions: what one wrote every later one reads.</summary>
public sealed class ContractTests : IDisposable
{
    readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();
    readonly ContractFile _file = ContractFile.Read();

    ObjectSerializer Serializer => _services.GetRequiredService<ObjectSerializer>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Whatever_was_written_is_read_as_it_was_meant() =>
        AssertNone(_file.Samples.SelectMany(type => type.Value.SelectMany((sample, i) => Differences(type.Key, sample, $"{type.Key}[{i}]"))));

    [Fact]
    public void Every_state_is_found_by_the_name_that_its_rows_have() =>
        AssertNone(_file.States.Except(ContractTypes.States).Select(state => $"No grain reads {state.Key} as {state.Value}"));

    [Fact]
    public void What_is_written_today_is_approved()
    {
        File.Delete(ContractFile.Received);
        string[] changed =
        [
            .. ContractTypes.ByName.Where(type => _file.Takes(type.Key, Today(type.Value))).Select(type => type.Key),
            .. ContractTypes.States.Where(state => _file.States.TryAdd(state.Key, state.Value)).Select(state => state.Key),
        ];
        if (changed is []) return;
        _file.Write();
        Assert.Fail($"The contracts have changed: {string.Join(", ", changed)}. Compare, and approve with: mv {ContractFile.Received} {ContractFile.Approved}");
    }

    IEnumerable<string> Differences(string name, ApprovedSample sample, string place)
    {
        if (!ContractTypes.ByName.TryGetValue(name, out var type)) return [$"{place}: the type is gone"];
        try { return [.. Reading.Differences(sample.Reads, Serializer.Deserialize(sample.Bytes, Sample.SerializedTypeOf(type)), place)]; }
        catch (Exception e) { return [$"{place} is not read: {e.Message}"]; }
    }

    ApprovedSample Today(Type type)
    {
        var sample = Sample.Of(type);
        var bytes = new ArrayBufferWriter<byte>();
        Serializer.Serialize(sample, bytes, Sample.SerializedTypeOf(type));
        return new(bytes.WrittenSpan.ToArray(), Reading.Of(sample)!);
    }

    static void AssertNone(IEnumerable<string> breaks) => Assert.True(!breaks.Any(), string.Join('\n', breaks));
}
