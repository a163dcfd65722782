// Which page is shown: the hash names it, #/tenants/acme/roles/uploads, with each part encoded by itself.
import { element } from './element.js';
import { alertOf, Refusal } from './refusal.js';
import { signedIn } from './session.js';

const name = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
let routes = [], leaving = new AbortController(), shown = () => {};

/** The link to a page; `query` are the filters that it keeps. */
export function link(parts, query = {}) {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  return `#/${parts.map(encodeURIComponent).join('/')}${search && `?${search}`}`;
}

export const go = (...parts) => { location.hash = link(parts); };

/** The decoded parts of the hash, and its filters. */
export function current({ hash } = location) {
  const [path, search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  try {
    return { parts: path.split('/').filter(Boolean).map(decodeURIComponent), query: Object.fromEntries(new URLSearchParams(search)) };
  } catch {
    return { parts: [hash], query: {} };
  }
}

/** Pages by pattern, such as `tenants/:tenant`; `onShown` hears of each that is shown. */
export function start(pages, onShown) {
  routes = Object.entries(pages).map(([pattern, page]) => ({ pattern: pattern.split('/'), page }));
  shown = onShown;
  addEventListener('hashchange', () => show());
}

/** Shows the page again, with what is true now. */
export const again = () => show({ preventScroll: true });

export async function show(focus) {
  if (!signedIn()) return;
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const main = document.getElementById('main');
  main.setAttribute('aria-busy', 'true');
  const page = await made(signal);
  if (signal.aborted) return;
  main.removeAttribute('aria-busy');
  fill(page, focus);
}

/** Leaves the page for one that no route names. */
export function replace(page) {
  leaving.abort();
  fill(page);
}

async function made(signal) {
  const { parts, query } = current();
  for (const { pattern, page } of routes) {
    const names = match(pattern, parts);
    if (names) return page({ ...names, query, signal }).catch((error) => failed(parts, error));
  }
  return failed(parts, new Refusal({ title: 'There is no such page.', detail: parts.join('/') }));
}

const failed = (parts, error) => ({ title: parts.at(-1) ?? 'Console', body: [alertOf(error)] });

/** A name that the API would refuse is no name of a page either. */
function match(pattern, parts) {
  if (pattern.length !== parts.length) return null;
  const names = {};
  for (const [i, expected] of pattern.entries()) {
    if (expected.startsWith(':') && name.test(parts[i])) names[expected.slice(1)] = parts[i];
    else if (expected !== parts[i]) return null;
  }
  return names;
}

function fill(page, focus) {
  const heading = element('h1', { tabindex: '-1' }, page.title);
  document.title = `${page.title} · Broker console`;
  document.getElementById('main').replaceChildren(...[page.trail, element('div', { class: 'heading' }, heading, page.mark, page.actions), page.tabs, ...page.body].filter(Boolean));
  shown();
  (page.focus ?? heading).focus(focus);
}
