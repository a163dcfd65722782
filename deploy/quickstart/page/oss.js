// Requests to OSS, and its refusals in words.
import { Refusal } from './refusal.js';
import { size } from './words.js';

/** Sends one request and resolves once OSS has taken it; XMLHttpRequest, because fetch tells no progress of what it sends. */
export function send({ method, url, headers = {}, body }, upload) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => upload.progress(loaded / total);
    request.onload = () => (request.status < 300 ? resolve() : reject(refused(errorOf(request), upload)));
    request.onerror = () => reject(unreachable());
    request.send(body);
  });
}

export const unreachable = () => new Refusal('OSS cannot be reached', 'The connection failed or was closed before OSS answered. Upload again.');

/** OSS's error, whichever client has read it. */
export function refused({ status, code, message, requestId }, upload) {
  return new Refusal('OSS refuses the upload', sentence(code, message, upload), { codes: `OSS ${status} ${code}: ${message}${requestId ? ` (request ${requestId})` : ''}` });
}

function errorOf(request) {
  const error = new DOMParser().parseFromString(request.responseText, 'application/xml');
  const text = (name) => error.querySelector(`Error > ${name}`)?.textContent ?? '';
  return { status: request.status, code: text('Code'), message: text('Message'), requestId: text('RequestId') };
}

/** OSS says the same code of several things, so the message decides where there is one. */
function sentence(code, message, { file, key, limits, prefix }) {
  const field = /"\$([\w-]+)"/.exec(message)?.[1];
  if (code === 'SecurityTokenExpired' || /expired/i.test(message)) return 'The permission expired before OSS took the file. Upload again: the broker gives a new one.';
  if (code === 'EntityTooLarge') return `The file is too large: it has ${size(file.size)}, and the form permits ${size(limits.maxBytes)}.`;
  if (field === 'content-type' || field === 'x-oss-content-type') return `The file is of the wrong type: it is ${file.type || 'of no known type'}, and the form permits ${limits.contentTypes?.join(' or ') ?? 'others'}.`;
  if (field === 'key') return `The key lies outside the prefix that the form permits, ${prefix}.`;
  if (field) return `The form's field ${field} is not as it was signed.`;
  if (code === 'AccessDenied') return `The key ${key} lies outside what the broker permits, which is ${prefix}.`;
  if (code === 'SignatureDoesNotMatch') return 'The request is not the one that was signed: something in it was changed.';
  if (code === 'RequestTimeTooSkewed') return 'The clocks of the broker and of OSS are more than 15 minutes apart.';
  return message || 'OSS gave no reason.';
}
