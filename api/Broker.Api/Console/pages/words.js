// Figures and moments as people read them.
import { element } from './element.js';

const whole = new Intl.NumberFormat('en');
const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

export const number = (value) => whole.format(value);

export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** UTC, as in the logs of the cloud; the visitor's own time is in the title. */
export function moment(text, none = 'never') {
  if (!text) return element('span', { class: 'quiet' }, none);
  return element('time', { datetime: text, title: local.format(new Date(text)) }, `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`);
}

export const secondsUntil = (text, now = Date.now()) => Math.round((Date.parse(text) - now) / 1000);

/** The two largest units: 1 h 05 min, 4 min 09 s, 12 s. */
export function span(seconds) {
  const [days, hours, minutes, rest] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  if (days) return `${days} d ${hours} h`;
  if (hours) return `${hours} h ${two(minutes)} min`;
  return minutes ? `${minutes} min ${two(rest)} s` : `${rest} s`;
}

const two = (value) => String(value).padStart(2, '0');

export const fromNow = (text) => {
  const seconds = secondsUntil(text);
  return seconds >= 0 ? `in ${span(seconds)}` : `${span(-seconds)} ago`;
};
