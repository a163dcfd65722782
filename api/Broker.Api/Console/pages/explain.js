// Whether a session of the role would be allowed a request, and which statement says so.
import { post } from './broker.js';
import { element } from './element.js';
import { fields } from './fields.js';
import { card, form, mark } from './parts.js';

const actions = ['oss:GetObject', 'oss:PutObject', 'oss:DeleteObject', 'oss:ListObjects', 'oss:AbortMultipartUpload', 'oss:ListParts', 'oss:PutObjectAcl', 'oss:GetObjectVersion'];

const settings = [
  { path: 'action', label: 'Action', kind: 'select', options: actions },
  { path: 'key', label: 'Key', help: 'Below the role\'s prefix.' },
  { path: 'sourceAddress', label: 'Client\'s address', help: 'Empty: not known.' },
  { path: 'secureTransport', label: 'Over https', kind: 'check' },
];

/** `policy`, where the visitor may see it, has the statement marked. */
export function explainCard(path, policy) {
  const asked = fields(settings, { action: actions[0], secureTransport: true });
  const answer = element('div', { class: 'answer', 'aria-live': 'polite' });
  const explain = async () => {
    const said = await post([...path, 'explain'], { key: '', ...asked.read() });
    policy?.point(said.statement);
    answer.replaceChildren(element('p', {}, mark(said.allowed ? 'allowed' : 'denied'), ` ${said.reason}`),
      element('p', { class: 'codes' }, said.statement === null ? 'No statement' : `Statement ${said.statement}`, ' · ', element('code', {}, said.resource)));
  };
  return card('Is it allowed?', form({ act: explain, submit: 'Explain', refuse: asked.refuse }, element('div', { class: 'grid' }, asked.nodes)), answer);
}
