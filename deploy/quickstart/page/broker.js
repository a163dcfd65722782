// Calls of the broker. The host adds the demo's key to them: the page holds none.
import { Refusal } from './refusal.js';

/** Resolves with the answer's document. */
export async function ask(method, path, body) {
  let response;
  try {
    response = await fetch(path, { method, ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
  } catch {
    throw new Refusal('The broker cannot be reached', 'Is the quickstart still running? Start it and upload again.');
  }
  const answer = await response.json().catch(() => undefined);
  if (response.ok && answer) return answer;
  throw refused(response, answer ?? {});
}

/** A problem document names the rules by field; its detail only repeats them. */
function refused(response, { title = 'The broker has failed.', detail = '', code = '', errors = {}, traceId }) {
  const rules = Object.entries(errors).flatMap(([field, broken]) => broken.map((rule) => ({ field, rule })));
  const wait = response.headers.get('retry-after');
  const sentence = [rules.length ? 'The broker refuses what was asked for:' : detail, wait && `Try again in ${wait} s.`].filter(Boolean).join(' ');
  return new Refusal(title.replace(/\.$/, ''), sentence, { rules, codes: `Broker ${response.status} ${code}${traceId ? `, trace ${traceId}` : ''}` });
}
