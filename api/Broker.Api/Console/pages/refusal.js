// What the API answers when it refuses, and how the page says so.
import { element } from './element.js';

/** Why a call did not succeed: the problem document's own words, with the broken rules by field. */
export class Refusal extends Error {
  constructor({ status = 0, title = 'The broker has failed.', detail = '', code = '', traceId, errors = {}, retryAfter } = {}) {
    super(detail || title);
    Object.assign(this, { status, title, detail, code, traceId, errors, retryAfter });
  }

  static ofField(field, rule) {
    return new Refusal({ title: 'The request is not valid.', code: 'invalid_request', errors: { [field]: [rule] } });
  }
}

/** An alert; `errors` are those that no field has shown beside itself: the detail only repeats them. A defect of the page is shown like a refusal. */
export function alertOf(error, errors = error.errors ?? {}) {
  const refusal = error instanceof Refusal ? error : new Refusal({ title: 'The page has failed.', detail: error.message });
  return element('div', { class: 'alert', role: 'alert' },
    element('strong', {}, refusal.title),
    refusal.detail && !Object.keys(refusal.errors).length && element('p', {}, refusal.detail),
    element('ul', {}, Object.entries(errors).flatMap(([field, rules]) => rules.map((rule) => element('li', {}, element('code', {}, field), ` ${rule}`)))),
    refusal.retryAfter && element('p', {}, `Try again in ${refusal.retryAfter} s.`),
    element('p', { class: 'codes' }, codesOf(refusal)));
}

const codesOf = ({ status, code, traceId }) => [status && `${status}`, code, traceId && `trace ${traceId}`].filter(Boolean).join(' · ');
