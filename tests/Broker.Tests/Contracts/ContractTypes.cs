using System.Reflection;
using Broker.Grains;
using Orleans.Runtime;

namespace Broker.Tests.Contracts;

/// <summary>What is stored or crosses a process: every serializable type, and each closed use of a generic one.</summary>
static class ContractTypes
{
    static readonly Type[] Declared = [.. typeof(BrokerException).Assembly.GetTypes(), .. typeof(GrainServices).Assembly.GetTypes()];

    static readonly Type[] Plain = [.. Declared.Where(type => IsContract(type) && !type.IsGenericTypeDefinition)];

    public static readonly IReadOnlyDictionary<string, Type> ByName = Plain.Concat(ClosedGenerics()).ToDictionary(Name);

    /// <summary>The types of stored states, by the name under which their rows are found.</summary>
    public static readonly IReadOnlyDictionary<string, string> States =
    (
        from type in Declared
        from constructor in type.GetConstructors()
        from parameter in constructor.GetParameters()
        let state = parameter.GetCustomAttribute<PersistentStateAttribute>()
        where state is not null
        select (state.StateName, Type: Name(parameter.ParameterType.GenericTypeArguments[0]))
    ).ToDictionary(state => state.StateName, state => state.Type);

    public static bool IsContract(Type type) => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false);

    static string Name(Type type)
    {
        var alias = type.GetCustomAttribute<AliasAttribute>()!.Alias;
        return type.IsGenericType ? $"{alias}[{string.Join(",", type.GenericTypeArguments.Select(Name))}]" : alias;
    }

    static IEnumerable<Type> ClosedGenerics()
    {
        var methods = Declared.Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable))).SelectMany(grain => grain.GetMethods());
        var sent = methods.SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType));
        var held = Plain.SelectMany(ContractMember.Of).Select(member => member.Property.PropertyType);
        return sent.Concat(held).SelectMany(Parts).Where(type => type.IsConstructedGenericType && IsContract(type)).Distinct();
    }

    static IEnumerable<Type> Parts(Type type) =>
        (type.GetElementType() is { } element ? [element] : type.GenericTypeArguments).SelectMany(Parts).Prepend(type);
}
