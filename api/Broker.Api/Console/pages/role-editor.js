// The policy editor. What is saved is compared first, and never replaces a version that its author has not seen.
import { ask, get } from './broker.js';
import { definitionInput } from './definition-input.js';
import { openDialog } from './dialogs.js';
import { element } from './element.js';
import { fields } from './fields.js';
import { showReport } from './kill-switch.js';
import { go } from './navigation.js';
import { announce, button, form } from './parts.js';
import { changesOf } from './policy.js';
import { previewOf, previewPane, warningsOf } from './role-preview.js';
import { roleFields } from './role-settings.js';
import { roleTabs, roleTrail } from './role.js';
import { may } from './session.js';

export async function newRolePage({ tenant, signal }) {
  const entries = await storageOf(tenant, signal);
  const named = fields([{ path: 'role', label: 'Role', help: 'Small letters, digits and hyphens. It cannot be changed later.' }]);
  const definition = { storage: entries[0], subPrefix: '', access: ['read'], conditions: { secureTransport: true } };
  return {
    title: 'New role', trail: roleTrail(tenant),
    body: editor({ place: () => ['tenants', tenant, 'roles', named.read().role ?? ''], definition, entries, held: { ifNoneMatch: '*' }, named, signal }),
  };
}

export async function editRolePage({ tenant, role, signal }) {
  const path = ['tenants', tenant, 'roles', role];
  const [{ body: settings, etag }, entries] = await Promise.all([ask('GET', path, { signal }), storageOf(tenant, signal)]);
  return {
    title: role, trail: roleTrail(tenant), tabs: roleTabs('Policy editor', tenant, role),
    body: editor({ place: () => path, definition: settings.definition, entries, held: { ifMatch: etag }, signal }),
  };
}

const storageOf = async (tenant, signal) => (await get(['tenants', tenant], { signal })).definition.storage.map(({ name }) => name);

/** `held` is the precondition of saving: the version that was read, or that there is none. `named` is the field of a new role's name. */
function editor({ place, definition, entries, held, named, signal }) {
  const input = definitionInput(definition, (value) => roleFields(value, entries, may().platform));
  const conflict = element('div');
  const preview = previewPane(() => ({ path: place(), definition: input.read() }), signal);
  const compare = async () => {
    held = { ifMatch: (await ask('GET', place(), { signal })).etag };
    conflict.replaceChildren();
    await preview.update();
    announce('Your input is now compared with the version that stands.');
  };
  const act = async () => {
    const [path, wanted] = [place(), input.read()];
    review(path, wanted, await previewOf(path, wanted, signal), () => held, () => conflict.replaceChildren(conflictOf(held, compare)));
  };
  const refuse = (errors) => input.refuse(named ? named.refuse(errors) : errors);
  const edited = form({ act, submit: 'Review and save', more: button('Preview', preview.update), refuse, attributes: { class: 'stack', oninput: preview.later } }, named?.nodes, input.node);
  edited.addEventListener('input', () => warnBeforeLeaving(signal), { once: true });
  preview.update();
  return [conflict, element('div', { class: 'columns editor' }, edited, preview.node)];
}

const warnBeforeLeaving = (signal) => addEventListener('beforeunload', (event) => event.preventDefault(), { signal });

function review(path, definition, { changes, warnings }, precondition, conflicted) {
  openDialog(`Save ${path.at(-1)}?`, (close) => {
    const act = async () => {
      try {
        const { body } = await ask('PUT', path, { body: definition, ...precondition() });
        close();
        announce(`Version ${body.version} of ${body.role} is saved.`);
        leave(path, body);
      } catch (error) {
        if (error.status !== 412) throw error;
        close();
        conflicted();
      }
    };
    return [changesOf(changes), warningsOf(warnings), form({ act, submit: 'Save', more: button('Back', close) })];
  });
}

/** A version that disables the role says what it leaves behind. */
function leave(path, saved) {
  if (saved.exposure) showReport(saved, () => go(...path));
  else go(...path);
}

function conflictOf({ ifMatch }, compare) {
  const sentence = ifMatch ? 'Somebody has changed the role since you read it. Nothing was saved, and your input is as you left it.' : 'A role of this name exists already. Nothing was saved.';
  return element('div', { class: 'alert', role: 'alert' }, element('strong', {}, 'Not saved'), element('p', {}, sentence), button('Compare with what stands now', compare));
}
