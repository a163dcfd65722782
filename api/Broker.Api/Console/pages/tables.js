// Tables; on a narrow screen each row becomes a block whose cells carry their column's name.
import { element } from './element.js';
import { attempt, button } from './parts.js';

/** `columns`: the name of each and what a cell of it shows of an item. `none` is said where there are no items. */
export function table(caption, columns, items, none) {
  const { node, add } = growing(caption, columns, none);
  add(items);
  return node;
}

function growing(caption, columns, none) {
  const body = element('tbody');
  const made = element('table', {},
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, columns.map(([name]) => element('th', { scope: 'col' }, name)))),
    body);
  const empty = element('p', { class: 'empty' }, none);
  const add = (items) => {
    body.append(...items.map((item) => row(columns, item)));
    empty.hidden = body.rows.length > 0;
    made.hidden = !empty.hidden;
  };
  return { node: element('div', { class: 'table' }, made, empty), add };
}

const row = (columns, item) => element('tr', {}, columns.map(([name, cell]) => element('td', { 'data-name': name }, element('div', {}, cell(item)))));

/** A table of a list of the API, a page at a time. `fetchPage` takes the token of the page, undefined for the first. */
export async function pagedTable(caption, columns, none, fetchPage) {
  const { node, add } = growing(caption, columns, none);
  const trouble = element('div');
  const more = button('Show more', () => attempt(trouble, showMore, more));
  let token;
  async function showMore() {
    const page = await fetchPage(token);
    add(page.items);
    token = page.nextPageToken;
    more.hidden = !token;
  }
  await showMore();
  return element('div', { class: 'list' }, node, trouble, more);
}
