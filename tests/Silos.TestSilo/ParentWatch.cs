namespace Silos.TestSilo;

/// <summary>Ends this process when the test that started it is gone: its standard input closes then.</summary>
internal static class ParentWatch
{
    public static void Start()
    {
        if (Console.IsInputRedirected)
        {
            new Thread(Watch) { IsBackground = true }.Start();
        }
    }

    private static void Watch()
    {
        while (Console.In.Read() >= 0)
        {
            // Nobody says anything; only the end counts.
        }

        Environment.Exit(1);
    }
}
