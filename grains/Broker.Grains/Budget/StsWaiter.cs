namespace Broker.Grains.Budget;

/// <summary>Somebody who waits for a place in the account's rate.</summary>
/// <param name="ticket">Its name, and its call's.</param>
/// <param name="lane">Whether a caller waits for it.</param>
/// <param name="tenant">Whose role it is for.</param>
/// <param name="deadline">Until when it waits, in the time of its <see cref="StsQueue"/>.</param>
sealed class StsWaiter(Guid ticket, StsLane lane, string tenant, TimeSpan deadline)
{
    readonly TaskCompletionSource _place = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Guid Ticket => ticket;

    public StsLane Lane => lane;

    public string Tenant => tenant;

    public TimeSpan Deadline => deadline;

    /// <summary>Completes with the place, or fails with <see cref="ErrorCode.StsThrottled"/>.</summary>
    public Task Place => _place.Task;

    /// <summary>Whether it is in the queue no more.</summary>
    public bool Gone { get; private set; }

    public void Grant()
    {
        Leave();
        _place.SetResult();
    }

    public void Refuse(TimeSpan retryAfter)
    {
        Leave();
        _place.SetException(Full(retryAfter));
    }

    public void Leave() => Gone = true;

    public static BrokerException Full(TimeSpan retryAfter) =>
        new(ErrorCode.StsThrottled, "The account's budget of AssumeRole calls is full.") { RetryAfter = retryAfter };
}
