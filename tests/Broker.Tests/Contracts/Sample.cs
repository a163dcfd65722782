using System.Globalization;
using System.Reflection;

namespace Broker.Tests.Contracts;

/// <summary>An object of a type in which nothing is left out or has its default; always the same one.</summary>
static class Sample
{
    static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Of an enumeration all values, because each has a number of its own.</summary>
    public static object Of(Type type) => type.IsEnum ? Enum.GetValues(type) : Made(type);

    public static Type SerializedTypeOf(Type type) => type.IsEnum ? type.MakeArrayType() : type;

    public static ConstructorInfo ConstructorOf(Type type) => type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!;

    static object Made(Type type)
    {
        var members = ContractMember.Of(type);
        var constructor = ConstructorOf(type);
        var made = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Value(parameter.ParameterType, parameter.Name!, Place(parameter, members)))]);
        foreach (var member in members.Where(member => member.Property.CanWrite))
            member.Property.SetValue(made, Value(member.Property.PropertyType, member.Property.Name, member.Place));
        return made;
    }

    static int Place(ParameterInfo parameter, IReadOnlyList<ContractMember> members) =>
        members.FirstOrDefault(member => member.Property.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase))?.Place ?? parameter.Position;

    static object Value(Type type, string name, int place)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return Value(inner, name, place);
        if (type == typeof(string)) return $"{name.ToLowerInvariant()}-{place}";
        if (type == typeof(bool)) return true;
        if (type == typeof(DateTimeOffset)) return Start.AddDays(place);
        if (type == typeof(TimeSpan)) return TimeSpan.FromSeconds(place + 1);
        if (type.IsEnum) return Enum.GetValues(type).Cast<object>().Last();
        if (type.IsPrimitive) return Convert.ChangeType(place + 1, type, CultureInfo.InvariantCulture);
        return ItemOf(type) is { } item ? Collection(type, item, Value(item, name, place)) : Made(type);
    }

    static Type? ItemOf(Type type) =>
        type.GetInterfaces().FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GenericTypeArguments[0];

    static object Collection(Type type, Type item, object value)
    {
        var items = Array.CreateInstance(item, 1);
        items.SetValue(value, 0);
        return type.IsArray ? items : Activator.CreateInstance(type, items)!;
    }
}
