// The one way in which anything gets into the page: as elements and as text, never as markup.

/** An attribute that is false, null or undefined is left out; `on…` is a listener; empty children are left out. */
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) attach(made, name, value);
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

function attach(made, name, value) {
  if (typeof value === 'function') made.addEventListener(name.slice(2), value);
  else if (value === true) made.setAttribute(name, '');
  else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
}

let last = 0;

/** An id for a label to point to. */
export const newId = () => `e${++last}`;
