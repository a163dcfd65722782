using Broker.AlibabaCloud.Sts;
using Orleans.Concurrency;

namespace Broker.Grains.Budget;

/// <summary>Reads the budgets of all identities for those who may.</summary>
[GrainType("sts-budget-query"), StatelessWorker]
sealed class StsBudgetQueryGrain(StsClients sts) : Grain, IStsBudgetQueryGrain
{
    public Task<StsBudgetState[]> List(Caller caller, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ReadBudget, tenant: null);
        return Task.WhenAll(sts.Names.Order(StringComparer.Ordinal).Select(identity => GrainFactory.StsBudget(identity).GetState(cancellationToken)));
    }
}
