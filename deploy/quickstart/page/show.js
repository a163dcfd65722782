// Everything that the page writes onto itself.
import { moment, percent, size } from './words.js';

const at = (id) => document.getElementById(id);

export function place({ bucket, region, prefix, aliOss }) {
  at('bucket').textContent = bucket;
  at('region').textContent = region;
  at('prefix').textContent = prefix;
  at('no-ali-oss').hidden = aliOss;
  at('submit').disabled = false;
}

/** Shows the settings that bind the way, and no others. */
export function settingsOf(way) {
  for (const setting of document.querySelectorAll('[data-ways]')) setting.hidden = !setting.dataset.ways.split(' ').includes(way);
}

export function busy(is) {
  // Not disabled, which would take the focus away.
  at('submit').setAttribute('aria-disabled', is);
}

export function began({ file }) {
  at('outcome').dataset.state = 'running';
  at('status').textContent = `Uploading ${file.name}, ${size(file.size)}.`;
  at('given').hidden = at('refusal').hidden = true;
  at('meter').hidden = false;
  at('progress').removeAttribute('value');
  at('amount').textContent = '';
}

export function progress(share, bytes) {
  at('progress').value = share;
  at('amount').textContent = `${percent(share)}, ${size(share * bytes)} of ${size(bytes)}`;
}

export function given({ what, expiration, clamped = false }) {
  at('what').textContent = what;
  at('expiration').textContent = moment(expiration);
  at('expiration').dateTime = expiration;
  at('clamped').hidden = !clamped;
  at('given').hidden = false;
}

export function stored({ key, file }) {
  progress(1, file.size);
  at('outcome').dataset.state = 'stored';
  at('status').textContent = `Stored as ${key}.`;
}

export function refused({ title, message, rules, codes }) {
  at('outcome').dataset.state = 'refused';
  at('status').textContent = 'Not uploaded.';
  at('meter').hidden = true;
  at('title').textContent = title;
  at('reason').textContent = message;
  at('rules').replaceChildren(...rules.map(line));
  at('codes').textContent = codes;
  at('refusal').hidden = false;
}

function line({ field, rule }) {
  const item = document.createElement('li');
  const name = document.createElement('code');
  name.textContent = field;
  item.append(name, ` ${rule}`);
  return item;
}
