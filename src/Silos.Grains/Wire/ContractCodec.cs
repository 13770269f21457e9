using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.WireProtocol;

namespace Silos.Grains.Wire;

/// <summary>
/// Writes every contract type as JSON, so that contracts need no attributes of Orleans; within a silo it hands the same object
/// on, because contracts are deeply immutable.
/// </summary>
internal sealed class ContractCodec(IEnumerable<ContractAssembly> assemblies) : IGeneralizedCodec, IGeneralizedCopier, ITypeFilter
{
    /// <summary>The name under which the codec itself crosses.</summary>
    public const string Alias = "silos";

    private static readonly Type Self = typeof(ContractCodec);

    private readonly ContractTypes _types = ContractTypes.Of(assemblies.Select(a => a.Assembly));

    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, object? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType!, value))
        {
            return;
        }

        writer.WriteFieldHeader(fieldIdDelta, expectedType!, Self, WireType.TagDelimited);
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeaderExpected(0, WireType.LengthPrefixed);
        writer.Session.TypeCodec.WriteLengthPrefixed(ref writer, value!.GetType());

        var json = JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), ContractJson.Options);
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeaderExpected(1, WireType.LengthPrefixed);
        writer.WriteVarUInt32((uint)json.Length);
        writer.Write(json);
        writer.WriteEndObject();
    }

    public object ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.IsReference)
        {
            return ReferenceCodec.ReadReference(ref reader, field.FieldType ?? Self)!;
        }

        field.EnsureWireTypeTagDelimited();
        var place = ReferenceCodec.CreateRecordPlaceholder(reader.Session);
        Type? type = null;
        object? value = null;
        uint id = 0;
        while (true)
        {
            var header = reader.ReadFieldHeader();
            if (header.IsEndBaseOrEndObject)
            {
                break;
            }

            id += header.FieldIdDelta;
            switch (id)
            {
                case 0:
                    ReferenceCodec.MarkValueField(reader.Session);
                    type = reader.Session.TypeCodec.ReadLengthPrefixed(ref reader);
                    break;
                case 1:
                    ReferenceCodec.MarkValueField(reader.Session);
                    value = JsonSerializer.Deserialize(reader.ReadBytes(reader.ReadVarUInt32()), Known(type), ContractJson.Options);
                    break;
                default:
                    reader.ConsumeUnknownField(header);
                    break;
            }
        }

        ReferenceCodec.RecordObject(reader.Session, value!, place);
        return value!;
    }

    [return: NotNullIfNotNull(nameof(input))]
    public object? DeepCopy(object? input, CopyContext context) => input;

    bool IGeneralizedCodec.IsSupportedType(Type type) => type == Self || _types.All.Contains(type);

    bool IGeneralizedCopier.IsSupportedType(Type type) => _types.All.Contains(type);

    public bool? IsTypeAllowed(Type type) => type == Self || _types.All.Contains(type) ? true : null;

    private Type Known(Type? type) => type is not null && _types.All.Contains(type)
        ? type
        : throw new CodecNotFoundException($"'{type}' does not cross between processes of Silos.");
}

/// <summary>An assembly with grain interfaces of ours.</summary>
/// <param name="Assembly">The assembly.</param>
internal sealed record ContractAssembly(Assembly Assembly);
