// A client of the API by its OpenAPI document, through Prism.
import assert from 'node:assert/strict';

const prismsOwn = 'https://stoplight.io/prism/errors#';

export class Contract {
  #operations = new Map();

  /** `succeeded` collects the operations that were answered with 2xx. */
  constructor(document, proxy, api, adminKey) {
    Object.assign(this, { document, proxy, api, adminKey, succeeded: new Set() });
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(methods)) this.#operations.set(operation.operationId, { path, method: method.toUpperCase(), responses: operation.responses });
  }

  get operations() { return [...this.#operations.keys()]; }

  /** Sends a request; `at` fills the path in. Without a `key` it is the administrator's; null: none. */
  async ask(operationId, at = {}, { query = {}, headers = {}, body, key = this.adminKey, host = this.proxy } = {}) {
    const { path, method } = this.#operations.get(operationId);
    const address = new URL(host + path.replace(/\{(\w+)\}/g, (_, name) => at[name]));
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    const response = await fetch(address, {
      method,
      headers: { ...headers, ...(key && { authorization: `Bearer ${key}` }), ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    const answer = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
    if (response.ok) this.succeeded.add(operationId);
    return { status: response.status, body: answer, etag: response.headers.get('etag') };
  }

  /** The answer, which is of this status and breaks nothing that the document says. */
  async expect(status, operationId, at, options) {
    const answer = await this.ask(operationId, at, options);
    const report = `${operationId}: ${JSON.stringify(answer.body, null, 1)}`;
    assert.ok(!answer.body.type?.startsWith(prismsOwn), report);
    assert.equal(answer.status, status, report);
    // Prism takes only successes that the document does not name for violations.
    assert.ok(status in this.#operations.get(operationId).responses, `${operationId}: ${status} is not in the document`);
    return answer;
  }

  /** The document forbids it, so that Prism lets it not pass, and so does the API. */
  async expectForbidden(operationId, at, options) {
    const what = `${operationId} ${JSON.stringify(options)}`;
    const stopped = await this.ask(operationId, at, options);
    assert.equal(stopped.body.type, `${prismsOwn}UNPROCESSABLE_ENTITY`, `${what} is permitted by the document`);
    const { status, body } = await this.ask(operationId, at, { ...options, host: this.api });
    assert.deepEqual([status, body.code], [400, 'invalid_request'], `${what}: ${JSON.stringify(body)}`);
  }
}
