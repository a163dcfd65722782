using Broker.Grains.Minting;
using Orleans.Concurrency;

namespace Broker.Grains.Budget;

/// <summary>Reads the budgets of all identities for those who may.</summary>
[GrainType("sts-budget-query"), StatelessWorker]
sealed class StsBudgetQueryGrain(StsBudgetOptions options) : Grain, IStsBudgetQueryGrain
{
    public Task<StsBudgetState[]> List(Caller caller, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ReadBudget, tenant: null);
        var identities = options.Identities.Keys.Append(SessionTerms.DefaultIdentity).Distinct().Order(StringComparer.Ordinal);
        return Task.WhenAll(identities.Select(identity => GrainFactory.StsBudget(identity).GetState(cancellationToken)));
    }
}
