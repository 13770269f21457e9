using System.Reflection;

namespace Silos.Engine.Tests.Operations;

/// <summary>Passes on what the test does not answer.</summary>
public class StoreProxy<T> : DispatchProxy
{
    private T? _inner;
    private Func<string, object?[], object?>? _answer;

    public void Set(T inner, Func<string, object?[], object?> answer) => (_inner, _answer) = (inner, answer);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _answer!(targetMethod!.Name, args ?? []) ?? targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
}
