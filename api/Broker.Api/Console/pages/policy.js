// The compiled session policy, and what its settings change.
import { element } from './element.js';
import { table } from './tables.js';
import { number } from './words.js';

const longest = 2047;

/** The policy's view, and how to mark the statement that decided something; null: none. */
export function policyOf({ policy, bytes, estimatedTokenGrowth }) {
  const statements = policy.Statement.map((statement, i) => element('li', {},
    element('pre', { tabindex: '0', 'aria-label': `Statement ${i}` }, JSON.stringify(statement, null, 2))));
  return {
    node: element('div', { class: 'policy' },
      element('p', { class: 'size' }, element('meter', { min: 0, max: longest, high: longest * 0.85, value: bytes, 'aria-label': 'Length of the policy' }),
        ` ${number(bytes)} of ${number(longest)} bytes; the SecurityToken grows by about ${number(estimatedTokenGrowth)}.`),
      element('ol', { start: 0 }, statements)),
    point: (index) => statements.forEach((shown, i) => shown.classList.toggle('decided', i === index)),
  };
}

const text = (value) => (value === null || value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value));

export const changesOf = (changes) => table('Difference to the stored version', [
  ['Setting', ({ field }) => element('code', {}, field)],
  ['Stored', ({ from }) => element('del', {}, text(from))],
  ['Yours', ({ to }) => element('ins', {}, text(to))],
], changes, 'Nothing differs.');
