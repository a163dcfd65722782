// Parts that pages are made of.
import { element } from './element.js';
import { link } from './navigation.js';
import { alertOf } from './refusal.js';

/** Where the page is: `[text, parts]` of each page above it. */
export const trail = (...above) => element('nav', { class: 'trail', 'aria-label': 'Breadcrumbs' },
  element('ol', {}, above.map(([text, parts]) => element('li', {}, element('a', { href: link(parts) }, text)))));

/** Views of one thing: `[text, parts]` each, false for one that is not there. */
export const tabs = (current, ...views) => element('nav', { class: 'tabs', 'aria-label': 'Views' },
  views.filter(Boolean).map(([text, parts]) => element('a', { href: link(parts), 'aria-current': text === current ? 'page' : null }, text)));

export const mark = (state) => element('span', { class: `mark ${state}` }, state);

export const button = (text, act, attributes = {}) => element('button', { type: 'button', onclick: act, ...attributes }, text);

export const buttonLink = (text, parts) => element('a', { class: 'button', href: link(parts) }, text);

/** The heading is a part of the outline, so a card without one is a plain box. */
export const card = (heading, ...children) => element('section', { class: 'card' }, heading && element('h2', {}, heading), ...children);

export const pairs = (entries) => element('dl', { class: 'pairs' }, entries.filter(Boolean).map(([term, value]) => element('div', {}, element('dt', {}, term), element('dd', {}, value))));

export const list = (values, none) => (values?.length ? values.join(', ') : element('span', { class: 'quiet' }, none));

/** Says it to those who see the page and to those who hear it. */
export function announce(text) {
  document.getElementById('status').textContent = text;
}

/**
 * A form whose submission runs `act`. Meanwhile it cannot be sent again; a refusal is shown by `refuse` beside the fields, and
 * what belongs to none above the buttons. Nothing that was typed is lost.
 */
export function form({ act, submit, refuse = (errors) => errors, more = [], attributes = {} }, ...children) {
  const trouble = element('div', { class: 'trouble' });
  const send = element('button', {}, submit);
  async function run(event) {
    event.preventDefault();
    trouble.replaceChildren();
    refuse({});
    send.disabled = true;
    try {
      await act(event);
    } catch (error) {
      if (error.name !== 'AbortError') trouble.replaceChildren(alertOf(error, refuse(error.errors ?? {})));
    } finally {
      send.disabled = false;
    }
  }
  return element('form', { novalidate: true, onsubmit: run, ...attributes }, ...children, trouble, element('div', { class: 'buttons' }, send, more));
}

/** Runs what a button does; a refusal is shown in `place`. */
export async function attempt(place, act, pressed) {
  place.replaceChildren();
  if (pressed) pressed.disabled = true;
  try {
    await act();
  } catch (error) {
    if (error.name !== 'AbortError') place.replaceChildren(alertOf(error));
  } finally {
    if (pressed) pressed.disabled = false;
  }
}
