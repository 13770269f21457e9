using System.Globalization;
using System.Reflection;

namespace Silos.Stores;

/// <summary>
/// Tables that something else than the store needs in the same schema: applied by the store when it opens, under the same lock as its
/// own migrations and after them, and remembered by name and version. Registered in the container; a store of another kind leaves it alone.
/// </summary>
/// <param name="Name">What it is called, in messages and in the table of versions: <c>orleans</c>. Never changes.</param>
/// <param name="StoreKind">The kind of store it is written for, such as <c>postgres</c>.</param>
/// <param name="Migrations">The migrations, in order; a version is never changed once it has been released.</param>
public sealed record MigrationSet(string Name, string StoreKind, IReadOnlyList<Migration> Migrations)
{
    /// <summary>Gets the newest version that this program knows.</summary>
    public int NewestVersion => Migrations.Count == 0 ? 0 : Migrations[^1].Version;

    /// <summary>Reads a set from the resources of an assembly that are called <c>PREFIX/0001_name</c>.</summary>
    /// <param name="name">The name of the set.</param>
    /// <param name="storeKind">The kind of store.</param>
    /// <param name="assembly">The assembly.</param>
    /// <param name="prefix">What the names of the resources begin with, without the slash.</param>
    public static MigrationSet FromResources(string name, string storeKind, Assembly assembly, string prefix)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var files = assembly.GetManifestResourceNames().Where(resource => resource.StartsWith(prefix + "/", StringComparison.Ordinal));
        return new MigrationSet(name, storeKind, [.. files.Select(Read).OrderBy(migration => migration.Version)]);

        Migration Read(string resource)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var file = resource.AsSpan(prefix.Length + 1);
            return new Migration(int.Parse(file[..4], CultureInfo.InvariantCulture), file[5..].ToString(), reader.ReadToEnd());
        }
    }
}

/// <summary>One step of a schema.</summary>
/// <param name="Version">Its number, from 1.</param>
/// <param name="Name">What it is about, in a word or two.</param>
/// <param name="Sql">Its statements; they run in a transaction, in the schema of the store.</param>
public sealed record Migration(int Version, string Name, string Sql);
