namespace Silos.Hosting;

/// <summary>A line of what a host says once it is up; registered in the container by whoever has something to say.</summary>
/// <param name="Word">What it is about, in one word.</param>
/// <param name="Text">What there is to say.</param>
public sealed record BannerLine(string Word, string Text);
