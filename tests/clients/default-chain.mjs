// The default chain of the vendor's package. It keeps what it has found, so each question is a process of its own.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ask = `
import C from '@alicloud/credentials';
const client = new (C.default ?? C)();
console.log(JSON.stringify(await client.getCredential().then((credential) => ({ credential }), ({ message }) => ({ refusal: message }))));`;

/** What it finds with these variables and no others: `{ credential }`, or `{ refusal }` with its message. */
export async function findCredential(variables) {
  const env = { PATH: process.env.PATH, ...variables };
  const { stdout } = await promisify(execFile)('node', ['--input-type=module', '--eval', ask], { env, cwd: fileURLToPath(new URL('.', import.meta.url)) });
  return JSON.parse(stdout);
}
