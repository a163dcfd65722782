// Who is signed in. The key is in a variable of this module and nowhere else, so that a reload forgets it.
const longestRest = 15 * 60 * 1000;
let held = null, rights = nobody(), lastMoved = 0, ended = () => {};

function nobody() {
  return { tenant: null, platform: false, administers: false, reads: false, audits: false };
}

export const signedIn = () => held !== null;
export const key = () => held;

/** What the API has let the key do: `tenant` is null for a platform administrator, who may name any. */
export const may = () => rights;

/** Holds a key that is yet to be tried. */
export function hold(value) {
  held = value;
  lastMoved = Date.now();
}

export function release() {
  [held, rights] = [null, nobody()];
}

export function grant(found) {
  rights = { ...nobody(), ...found };
}

export function signOut(reason) {
  if (!signedIn()) return;
  release();
  ended(reason);
}

/** Signs out whoever has not moved for a while; a machine that slept is noticed at the first move. */
export function watch(onEnd) {
  ended = onEnd;
  for (const event of ['pointerdown', 'keydown', 'visibilitychange']) document.addEventListener(event, moved, { capture: true });
  setInterval(endRest, 5000);
}

function moved() {
  endRest();
  lastMoved = Date.now();
}

function endRest() {
  if (Date.now() - lastMoved >= longestRest) signOut('You were signed out after 15 minutes without a move.');
}
