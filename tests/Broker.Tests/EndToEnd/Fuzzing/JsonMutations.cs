namespace Broker.Tests.EndToEnd.Fuzzing;

/// <summary>Changes a body that is valid at one place.</summary>
static class JsonMutations
{
    static readonly int[] Depths = [5, 30, 31, 32, 33, 64, 5000], Lengths = [0, 2, 51, 1001, 5000];

    const int LongestBody = 3_000_000;

    public static void Mutate(JsonTree body, Random random)
    {
        if (body.Size > LongestBody) return;
        if (random.Next(3) == 0)
        {
            Vary(body, random);
            return;
        }
        var (name, target) = random.Of([.. body.All()]);
        switch (random.Next(12))
        {
            case < 4: target.Become(JsonTree.OfRaw(Value(name, random))); break;
            case 4: Remove(body, random); break;
            case 5: Double(body, random); break;
            case 6 or 7: Rename(body, random); break;
            case 8: target.Become(JsonTree.OfRaw(Deep(target, random.Of(Depths), random))); break;
            case 9: target.Become(JsonTree.OfItems(Many(target, random.Of(Lengths)))); break;
            case 10: Multiply(body, random); break;
            default: target.Become(random.Of([.. body.All()]).Value.Copy()); break;
        }
    }

    /// <summary>A value that the field may well take, so that more than the first rule is met.</summary>
    static void Vary(JsonTree body, Random random)
    {
        var known = body.All().Where(v => OddTexts.OfField.ContainsKey(v.Name.Trim('"'))).ToList();
        if (known.Count == 0) return;
        var (name, target) = random.Of(known);
        target.Become(JsonTree.OfRaw(random.Of(OddTexts.OfField[name.Trim('"')])));
    }

    static string Value(string name, Random random)
    {
        return random.Of(random.Next(4) switch { 0 => OddTexts.Numbers, 1 => OddTexts.Others, _ => OddTexts.Strings });
    }

    static List<(string Name, JsonTree Value)>? Object(JsonTree body, Random random) =>
        body.All().Select(v => v.Value.Fields).Where(f => f is { Count: > 0 }).ToList() is { Count: > 0 } objects ? random.Of(objects) : null;

    static void Remove(JsonTree body, Random random)
    {
        if (Object(body, random) is { } fields) fields.RemoveAt(random.Next(fields.Count));
    }

    static void Double(JsonTree body, Random random)
    {
        if (Object(body, random) is not { } fields) return;
        var (name, value) = random.Of(fields);
        var second = random.Next(2) == 0 ? value.Copy() : JsonTree.OfRaw(Value(name, random));
        fields.InsertRange(random.Next(fields.Count), Many(second, random.Next(20) == 0 ? 20_000 : 1).Select(copy => (name, copy)));
    }

    static void Rename(JsonTree body, Random random)
    {
        if (Object(body, random) is not { } fields) return;
        var at = random.Next(fields.Count);
        var (name, value) = fields[at];
        var other = random.Next(4) switch
        {
            0 => name.ToUpperInvariant(),
            1 => $"\"{name.Trim('"')}\\ud800\"",
            _ => random.Of(OddTexts.Names),
        };
        if (random.Next(2) == 0) fields.Add((other, value.Copy()));
        else fields[at] = (other, value);
    }

    static void Multiply(JsonTree body, Random random)
    {
        var lists = body.All().Select(v => v.Value.Items).Where(i => i is { Count: > 0 }).ToList();
        if (lists.Count == 0) return;
        var items = random.Of(lists)!;
        items.AddRange(Many(items[0], random.Of(Lengths)));
    }

    /// <summary>So many of it, or as many as any body may have.</summary>
    static IEnumerable<JsonTree> Many(JsonTree value, int count) => Enumerable.Repeat(value.Copy(), Math.Min(count, LongestBody / value.Size));

    static string Deep(JsonTree target, int depth, Random random) => random.Next(2) == 0
        ? $"{new string('[', depth)}{target}{new string(']', depth)}"
        : $"{string.Concat(Enumerable.Repeat("{\"a\":", depth))}{target}{new string('}', depth)}";

    public static T Of<T>(this Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}
