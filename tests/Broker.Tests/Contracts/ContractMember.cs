using System.Reflection;

namespace Broker.Tests.Contracts;

/// <summary>A serialized property. Its label has its id too, because two flags that swapped their ids would look the same.</summary>
sealed record ContractMember(string Label, int Place, PropertyInfo Property)
{
    const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static IReadOnlyList<ContractMember> Of(Type type)
    {
        var own =
            from member in type.GetMembers(Any)
            let id = member.GetCustomAttribute<IdAttribute>()
            where id is not null
            orderby id.Id
            select new ContractMember($"{id.Id} {member.Name}", (int)id.Id, (PropertyInfo)member);
        return type.IsAssignableTo(typeof(Exception)) ? [.. own, new(nameof(Exception.Message), 0, type.GetProperty(nameof(Exception.Message))!)] : [.. own];
    }

    /// <summary>
    /// Whether it says what the code means by silence. Orleans knows the initializers of a type that has a constructor without
    /// parameters; those of others, and the defaults of their parameters, it does not.
    /// </summary>
    public bool IsDefaultIn(object owner)
    {
        var value = Property.GetValue(owner);
        var constructor = Sample.ConstructorOf(owner.GetType());
        if (constructor.GetParameters() is []) return Same(value, Property.GetValue(constructor.Invoke([])));
        return constructor.GetParameters().FirstOrDefault(parameter => parameter.Name == Property.Name) is { HasDefaultValue: true } optional
            ? Same(value, optional.DefaultValue)
            : value is not null || new NullabilityInfoContext().Create(Property).ReadState == NullabilityState.Nullable;
    }

    static bool Same(object? a, object? b) => Reading.Of(a)?.ToJsonString() == Reading.Of(b)?.ToJsonString();
}
