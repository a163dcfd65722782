using System.Collections.Concurrent;

namespace Broker.Emulator.State;

/// <summary>The sessions that STS granted, by AccessKeyId.</summary>
sealed class Sessions : IDisposable
{
    readonly ConcurrentDictionary<string, Session> _byId = new();
    readonly Journal<Session> _journal;

    public Sessions(string? directory)
    {
        _journal = new(directory, "sessions.jsonl");
        foreach (var session in _journal.Entries) _byId[session.AccessKeyId] = session;
    }

    public Session? Find(string accessKeyId) => _byId.GetValueOrDefault(accessKeyId);

    public IEnumerable<Session> All => _byId.Values;

    public void Add(Session session)
    {
        _byId[session.AccessKeyId] = session;
        _journal.Append(session);
    }

    public void Dispose() => _journal.Dispose();
}
