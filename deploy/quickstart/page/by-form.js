// The second way: a form whose every field but the file was signed by the broker.
import { ask } from './broker.js';
import { send } from './oss.js';

export async function uploadByForm(upload) {
  const { name, role, limits, expiresIn, file, type } = upload;
  const slash = name.lastIndexOf('/') + 1;
  const form = await ask('POST', `${role}/post-policies`, { keyPrefix: name.slice(0, slash), ...limits, expiresIn });
  upload.given({ what: 'An upload form', ...form });

  const body = new FormData();
  const types = { 'content-type': type, 'x-oss-content-type': type };
  for (const [field, value] of Object.entries({ ...types, ...form.fields })) body.append(field, field === 'key' ? named(value, name.slice(slash)) : value);
  // OSS ignores what follows the file.
  body.append('file', file);
  await send({ method: 'POST', url: form.url, body }, upload);
}

/** OSS would put the file's own name there, but browsers escape some characters of it, and the visitor may want another. */
const named = (key, name) => key.replace('${filename}', () => name);
