// Reads the form, uploads in the way that is chosen, and says what happens.
import { ask } from './broker.js';
import { uploadByCredentials } from './by-credentials.js';
import { uploadByForm } from './by-form.js';
import { uploadBySignedUrl } from './by-signed-url.js';
import { Refusal } from './refusal.js';
import * as show from './show.js';

const ways = { credentials: uploadByCredentials, form: uploadByForm, 'signed-url': uploadBySignedUrl };
const fields = document.forms.upload.elements;
let config, busy = false;

/** What was asked for, and where to tell how it goes. */
function read() {
  const file = fields.file.files[0];
  const key = fields.key.value;
  const name = key === '' || key.endsWith('/') ? key + file.name : key;
  return {
    config, file, name,
    role: `/v1/tenants/${config.tenant}/roles/${config.role}`,
    prefix: config.prefix,
    key: config.prefix + name,
    type: file.type || 'application/octet-stream',
    expiresIn: Number(fields.life.value),
    limits: { maxBytes: Math.round(Number(fields.megabytes.value) * 1e6), ...(fields.types.value && { contentTypes: fields.types.value.split(' ') }) },
    given: show.given,
    progress: (share) => show.progress(share, file.size),
  };
}

async function run() {
  const upload = read();
  show.began(upload);
  try {
    await ways[fields.way.value](upload);
    show.stored(upload);
  } catch (error) {
    show.refused(error instanceof Refusal ? error : new Refusal('The page has failed', error.message));
  }
}

document.forms.upload.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (busy) return;
  busy = true;
  show.busy(true);
  try { await run(); } finally {
    busy = false;
    show.busy(false);
  }
});
fields.file.addEventListener('change', () => { fields.key.value = fields.file.files[0]?.name ?? ''; });
document.forms.upload.addEventListener('change', () => show.settingsOf(fields.way.value));
show.settingsOf(fields.way.value);

try {
  config = await ask('GET', '/page-config');
  show.place(config);
} catch (error) { show.refused(error); }
