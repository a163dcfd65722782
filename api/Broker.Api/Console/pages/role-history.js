// The versions of a role, and the way back to one.
import { ask, pagesOf, post } from './broker.js';
import { openDialog } from './dialogs.js';
import { element } from './element.js';
import { showReport } from './kill-switch.js';
import { again } from './navigation.js';
import { announce, button, form } from './parts.js';
import { changesOf } from './policy.js';
import { roleTabs, roleTrail } from './role.js';
import { pagedTable } from './tables.js';
import { moment, number } from './words.js';

const columns = (path, current) => [
  ['Version', ({ version }) => number(version)],
  ['Made', ({ updatedAt }) => moment(updatedAt)],
  ['Access', ({ definition }) => definition.access.join(', ') || 'none'],
  ['Prefix', ({ definition }) => element('code', {}, definition.subPrefix)],
  ['Session life', ({ definition }) => `${number(definition.durationSeconds)} s`],
  ['', (old) => (`"${old.version}"` === current ? 'stands' : button('Roll back', () => rollBack(path, old, current), { 'aria-label': `Roll back to version ${old.version}` }))],
];

export async function historyPage({ tenant, role, signal }) {
  const path = ['tenants', tenant, 'roles', role];
  const { etag } = await ask('GET', path, { signal });
  const versions = await pagedTable('Versions, newest first', columns(path, etag), 'There is none.', pagesOf([...path, 'versions'], signal, { pageSize: 20 }));
  return { title: role, trail: roleTrail(tenant), tabs: roleTabs('History', tenant, role), body: [versions] };
}

async function rollBack(path, { version, definition }, etag) {
  const { changes } = await post([...path, 'preview'], definition);
  openDialog(`Roll back to version ${version}?`, (close) => {
    const act = async () => {
      const { body } = await ask('POST', [...path, 'rollback'], { body: { version }, ifMatch: etag });
      close();
      announce(`Version ${body.version} stands, with the settings of ${version}.`);
      if (body.exposure) showReport(body, again);
      else again();
    };
    return [element('p', {}, 'A new version with its settings is made.'), changesOf(changes),
      form({ act, submit: 'Roll back', more: button('Cancel', close) })];
  });
}
