namespace Broker.Grains.Sealing;

/// <summary>What became of a stored envelope that was to be under the active master key.</summary>
public enum Resealing
{
    /// <summary>There is no envelope.</summary>
    None,

    /// <summary>The active master key has sealed it: it stays.</summary>
    Active,

    /// <summary>It was opened with another master key and is sealed again under the active one.</summary>
    Resealed,

    /// <summary>It does not open: damaged, of another row, or its master key is not here.</summary>
    Unreadable,
}
