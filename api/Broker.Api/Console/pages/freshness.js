// The live condition of a role's credentials. The credentials themselves are never asked for.
import { get, post } from './broker.js';
import { element } from './element.js';
import { announce, attempt, button, card, mark } from './parts.js';
import { alertOf } from './refusal.js';
import { may } from './session.js';
import { fromNow, moment, number, secondsUntil, span } from './words.js';

const pause = 3000;

/** The card; it is asked for again every few seconds while somebody can see it, until `signal` says that the page was left. */
export async function freshness(path, signal) {
  const place = element('div');
  let status = await get([...path, 'status'], { signal });
  const show = (now) => {
    if (now.state !== status.state) announce(`The credentials are now ${now.state}.`);
    status = now;
    place.replaceChildren(...view(now));
  };
  show(status);
  const update = async () => show(await get([...path, 'status'], { signal }));
  poll(update, (error) => place.replaceChildren(alertOf(error)), signal);
  everySecond(() => place.querySelectorAll('[data-until]').forEach(tick), signal);
  const trouble = element('div');
  const refresh = button('Refresh', () => attempt(trouble, async () => {
    try {
      await post([...path, 'refresh']);
      announce('New credentials are minted.');
    } finally { await update(); }
  }, refresh), { class: 'primary' });
  return element('div', { class: 'freshness' }, card('Credentials', place, trouble, may().administers && element('div', { class: 'buttons' }, refresh)));
}

function poll(ask, failed, signal) {
  let timer;
  const next = () => { timer = document.hidden ? undefined : setTimeout(run, pause); };
  const run = async () => {
    try { await ask(); } catch (error) { if (!signal.aborted) failed(error); }
    if (!signal.aborted) next();
  };
  document.addEventListener('visibilitychange', () => { clearTimeout(timer); if (!document.hidden) run(); }, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
  next();
}

function everySecond(act, signal) {
  const timer = setInterval(act, 1000);
  signal.addEventListener('abort', () => clearInterval(timer));
}

const left = (text) => { const seconds = secondsUntil(text); return seconds > 0 ? span(seconds) : 'ended'; };

function tick(shown) {
  shown.textContent = left(shown.dataset.until);
}

function view({ state, expiration, lastRefresh, nextRefresh, lastError, requests, stsCalls, stsCallsSaved, version }) {
  return [
    element('div', { class: 'state' }, mark(state), expiration
      ? element('span', { class: 'countdown', 'data-until': expiration }, left(expiration))
      : element('span', { class: 'countdown' }, '–'),
      element('span', { class: 'quiet' }, expiration ? 'until they end' : 'nothing is cached')),
    expiration && element('progress', { max: lifetime(lastRefresh, expiration), value: Math.max(0, secondsUntil(expiration)), 'aria-label': 'Life left' }),
    element('dl', { class: 'figures' },
      figure('Expiration', moment(expiration, 'none')),
      figure('Last refresh', moment(lastRefresh, 'none')),
      figure('Next refresh', moment(nextRefresh, 'when asked'), nextRefresh && fromNow(nextRefresh)),
      figure('Requests', number(requests)),
      figure('STS calls', number(stsCalls)),
      figure('STS calls saved', number(stsCallsSaved), requests > 0 && `${Math.floor((stsCallsSaved / requests) * 100)} % of requests`),
      figure('Version', number(version))),
    lastError && element('div', { class: 'alert' },
      element('strong', {}, `The last refresh failed: ${lastError.code}`), element('p', {}, lastError.message),
      element('p', { class: 'codes' }, lastError.requestId && `STS request ${lastError.requestId} · `, moment(lastError.at))),
  ].filter(Boolean);
}

const lifetime = (from, to) => Math.max(1, secondsUntil(to, Date.parse(from)));

const figure = (name, value, more) => element('div', {}, element('dt', {}, name), element('dd', {}, value, more && element('small', {}, more)));
