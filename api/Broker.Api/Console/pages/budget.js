// How near the broker is to STS's limit.
import { get } from './broker.js';
import { element } from './element.js';
import { again } from './navigation.js';
import { button } from './parts.js';
import { table } from './tables.js';
import { moment, number } from './words.js';

const columns = [
  ['Source identity', ({ identity }) => identity || 'default'],
  ['Used', ({ used, ratePerSecond }) => [
    element('meter', { min: 0, max: ratePerSecond, high: ratePerSecond * 0.8, value: used, 'aria-label': 'Used' }),
    ` ${number(used)} of ${number(ratePerSecond)} calls per second`]],
  ['Waiting', ({ waiting }) => number(waiting)],
  ['Throttled until', ({ penalisedUntil }) => moment(penalisedUntil, 'not throttled')],
  ['Renewals within the hour', ({ renewalsNextHour }) => number(renewalsNextHour)],
];

export async function budgetPage({ signal }) {
  const { items } = await get(['sts-budget'], { signal });
  return {
    title: 'STS budget', actions: button('Look again', again),
    body: [
      element('p', { class: 'lead' }, 'All tenants share the AssumeRole rate of the broker\'s account. Callers come before renewals, and tenants that wait take turns.'),
      table('Budget by identity', columns, items, 'No identity has called STS yet.'),
    ],
  };
}
