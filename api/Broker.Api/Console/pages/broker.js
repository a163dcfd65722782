// Calls of the broker's public API, with the key of whoever is signed in.
import { Refusal } from './refusal.js';
import { key, signOut } from './session.js';

const root = new URL('../v1/', import.meta.url);

/** The body and ETag of the answer to a call of `/v1/` and these parts. */
export async function ask(method, parts, { body, query, ifMatch, ifNoneMatch, signal } = {}) {
  const used = key();
  const response = await send(address(parts, query), {
    method, signal, cache: 'no-store', credentials: 'omit', redirect: 'error',
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: present({ 'authorization': `Bearer ${used}`, 'content-type': body === undefined ? undefined : 'application/json', 'if-match': ifMatch, 'if-none-match': ifNoneMatch }),
  });
  const answer = await response.json().catch(() => undefined);
  if (response.ok && answer) return { body: answer, etag: response.headers.get('etag') };
  const refusal = new Refusal({ ...answer, status: response.status, retryAfter: response.headers.get('retry-after') });
  // An answer to an earlier key says nothing of this one.
  if (response.status === 401 && used === key()) signOut('The broker does not accept this key, or no longer.');
  throw refusal;
}

export const get = async (parts, options) => (await ask('GET', parts, options)).body;
/** Asks for the pages of a list: the answer's function takes the token of one, undefined for the first. */
export const pagesOf = (parts, signal, query = {}) => (pageToken) => get(parts, { query: { pageSize: 50, ...query, pageToken }, signal });
export const post = async (parts, body, options) => (await ask('POST', parts, { body, ...options })).body;

async function send(url, request) {
  try {
    return await fetch(url, request);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refusal({ title: 'The broker cannot be reached.', detail: 'The connection failed. Nothing is known of whether the call was carried out.' });
  }
}

function address(parts, query) {
  const url = new URL(parts.map(segment).join('/'), root);
  for (const [name, value] of Object.entries(present(query ?? {}))) url.searchParams.set(name, value);
  return url;
}

/** Browsers resolve dot segments, however they are written, so that they would name something else. */
function segment(part) {
  if (/^\.{0,2}$/.test(part)) throw Refusal.ofField('name', part ? `must not be ${part}` : 'must not be empty');
  return encodeURIComponent(part);
}

const present = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''));
