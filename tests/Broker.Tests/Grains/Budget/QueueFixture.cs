using Broker.Grains.Budget;

namespace Broker.Tests.Grains.Budget;

/// <summary>A queue on a clock of its own, served when it asks for it, and what became of everybody.</summary>
/// <param name="rate">Places a second.</param>
/// <param name="burst">Places at once.</param>
/// <param name="renewalBurst">Places at once for renewals.</param>
/// <param name="calls">Whether a granted call takes until <see cref="End"/>; otherwise it has ended at once.</param>
sealed class QueueFixture(double rate = 10, int burst = 4, int renewalBurst = 2, bool calls = false)
{
    public sealed record Ticket(StsWaiter Waiter, StsLane Lane, string Tenant, TimeSpan EnteredAt, TimeSpan Patience)
    {
        public TimeSpan? GrantedAt { get; set; }
        public TimeSpan? RefusedAt { get; set; }
        public TimeSpan? EndedAt { get; set; }
        public bool Left { get; set; }
        public bool Waits => GrantedAt is null && RefusedAt is null && !Left;
    }

    readonly SteppingClock _clock = new();
    StsQueue? _queue;

    public StsQueue Queue => _queue ??= new(new(rate, burst, renewalBurst), _clock);
    public List<Ticket> Tickets { get; } = [];
    public TimeSpan Now => _clock.Elapsed;
    public IEnumerable<Ticket> Granted => Tickets.Where(t => t.GrantedAt is not null).OrderBy(t => t.GrantedAt);

    public Ticket Enter(string tenant = "a", StsLane lane = StsLane.Caller, double patience = 3600) => Enter(tenant, lane, TimeSpan.FromSeconds(patience));

    public Ticket Enter(string tenant, StsLane lane, TimeSpan patience)
    {
        var ticket = new Ticket(Queue.Enter(Guid.NewGuid(), lane, tenant, patience), lane, tenant, Now, patience);
        Tickets.Add(ticket);
        Note();
        return ticket;
    }

    /// <summary>The time to retry after when there is no room; null when there was.</summary>
    public TimeSpan? TryEnter(string tenant = "a", StsLane lane = StsLane.Caller, double patience = 5)
    {
        try { Enter(tenant, lane, patience); }
        catch (BrokerException e) when (e.Code == ErrorCode.StsThrottled)
        {
            Note();
            return e.RetryAfter;
        }
        return null;
    }

    public void Leave(Ticket ticket)
    {
        ticket.Left |= ticket.Waits;
        Queue.Leave(ticket.Waiter);
        Note();
    }

    /// <summary>Its call has been answered.</summary>
    public void End(Ticket ticket)
    {
        ticket.EndedAt = Now;
        Queue.End(ticket.Waiter.Ticket);
        Note();
    }

    public void Penalise(TimeSpan penalty)
    {
        Queue.Penalise(penalty);
        Note();
    }

    public void StepWallClock(TimeSpan by) => _clock.WallClock += by;

    /// <summary>Time passes, and the queue is served at each moment for which it asks.</summary>
    public void Advance(TimeSpan by)
    {
        for (var left = by; ; )
        {
            var next = Queue.NextIn is { } asked && asked < left ? asked : left;
            Pass(next);
            Serve();
            if ((left -= next) <= TimeSpan.Zero) return;
        }
    }

    /// <summary>Time passes, and the queue is not served.</summary>
    public void Pass(TimeSpan by) => _clock.Elapsed += by;

    public void Serve()
    {
        Queue.Serve();
        Note();
    }

    void Note()
    {
        foreach (var ticket in Tickets.Where(t => t.Waits))
        {
            if (ticket.Waiter.Place.IsCompletedSuccessfully)
            {
                ticket.GrantedAt = Now;
                if (!calls) End(ticket);
            }
            else if (ticket.Waiter.Place.IsFaulted) ticket.RefusedAt = Now;
        }
    }
}

/// <summary>A clock whose time of day can be set without a moment passing.</summary>
sealed class SteppingClock : TimeProvider
{
    public TimeSpan Elapsed { get; set; }
    public DateTimeOffset WallClock { get; set; } = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => WallClock + Elapsed;
}
