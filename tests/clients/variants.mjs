// A captured request with each of its fields changed, one at a time.
import { request as httpRequest } from 'node:http';

/** Sends it as it is, Host header included, from the local address where one is given; resolves with the status and the text. */
export function send(address, { method, target, headers, body }, localAddress = undefined) {
  const { hostname, port } = new URL(address);
  const { 'content-length': _, connection: __, ...kept } = headers;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, localAddress, method, path: target, headers: { ...kept, 'content-length': Buffer.byteLength(body) } }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode, text });
    });
    request.on('error', reject);
    request.end(body);
  });
}

export function* variants(captured) {
  yield ['the method', { ...captured, method: captured.method === 'POST' ? 'PUT' : 'POST' }];
  yield ['the path', { ...captured, target: captured.target.replace(/^\//, '/x') }];
  const [path, query = ''] = captured.target.split('?');
  for (const [what, text] of pairs(query)) yield [`the query's ${what}`, { ...captured, target: `${path}?${text}` }];
  for (const [what, text] of pairs(captured.body)) yield [`the form's ${what}`, { ...captured, body: text }];
  for (const name of Object.keys(captured.headers).filter(signed)) {
    yield [`the header ${name}`, { ...captured, headers: { ...captured.headers, [name]: `${captured.headers[name]}0` } }];
    if (name === 'host') continue;
    const { [name]: _, ...others } = captured.headers;
    yield [`the header ${name}, left out`, { ...captured, headers: others }];
  }
}

// With ACS3 the host is signed; RPC signs no header at all.
const signed = (name, _, names) => names.includes('authorization') && (/^(host|content-type|authorization)$/.test(name) || name.startsWith('x-acs-'));

function* pairs(text) {
  const all = text.split('&').filter(Boolean);
  for (const pair of all) {
    const name = pair.split('=')[0];
    yield [name, all.map((p) => (p === pair ? `${p}1` : p)).join('&')];
    yield [`${name}, left out`, all.filter((p) => p !== pair).join('&')];
  }
  if (all.length) yield ['one parameter more', [...all, 'SourceIdentity=alice'].join('&')];
}
