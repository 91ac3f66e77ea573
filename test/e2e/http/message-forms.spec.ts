import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, send, sendBytes } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';

const secrets = '/v1/namespaces/pay/secrets';

let installation: TestInstallation;
let base: string;
let token: string;

beforeAll(async () => {
  installation = await TestInstallation.start();
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  token = await installation.user('pay', 'app', [allOfSecrets]);
  await seedSecret(installation, 'pay', 'made', { a: '1' });
});

afterAll(() => installation.stop());

const read = (path: string): Promise<Answer> => send(base, { path: `${secrets}/${path}`, token });

/** The head of a request, up to its empty line. */
function head(line: string, fields: readonly string[] = []): string {
  const all = [line, 'host: a', `authorization: Bearer ${token}`, ...fields];
  return `${all.join('\r\n')}\r\n\r\n`;
}

describe('a body', () => {
  it('of most of a megabyte is written whole, and read back', async () => {
    const value = Buffer.alloc(900_000, 'v');
    const path = `${secrets}/made/keys/blob`;
    const written = await send(base, { method: 'PUT', path, token, body: value });
    expect(written.status, written.text).toBe(201);
    expect((await read('made/keys/blob')).bytes.equals(value)).toBe(true);
  });

  it('in chunks, after 100 Continue, is taken', async () => {
    const fields = ['content-type: application/json', 'transfer-encoding: chunked'];
    const text = await sendBytes(
      base,
      head(`PUT ${secrets}/pieces HTTP/1.1`, [
        ...fields,
        'expect: 100-continue',
        'connection: close',
      ]) + '10\r\n{"stringData": {\r\n9\r\n"a":"1"}}\r\n0\r\n\r\n',
    );
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
    expect((await read('pieces/keys/a')).text).toBe('1');
  });

  it('of which its client sends a half changes nothing', async () => {
    const headers = {
      ...{ authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      'content-length': '100',
    };
    const path = `${secrets}/half`;
    const outgoing = request(new URL(path, base), { method: 'PUT', headers });
    outgoing.on('error', () => undefined);
    await new Promise<void>((resolve) => outgoing.write('{"stringData": {"a":', () => resolve()));
    await new Promise<void>((resolve) => outgoing.once('close', () => resolve()).destroy());
    expect((await read('half')).status).toBe(404);
  });
});

describe('requests', () => {
  it('that come one behind the other are answered in that order', async () => {
    const names = ['absent-1', 'made', 'absent-2', 'made'];
    const heads = names.map((name, index) =>
      head(`GET ${secrets}/${name}/metadata HTTP/1.1`, [
        `x-request-id: ${index}-${name}`,
        ...(index === names.length - 1 ? ['connection: close'] : []),
      ]),
    );
    const text = await sendBytes(base, heads.join(''));
    const ids = [...text.matchAll(/^x-request-id: (.*)\r$/gim)].map(([, id]) => id);
    expect(ids).toEqual(names.map((name, index) => `${index}-${name}`));
  });

  it('over HTTP/1.0 are answered', async () => {
    const text = await sendBytes(base, head(`GET ${secrets}/made/keys/a HTTP/1.0`));
    expect(text).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\n1$/);
  });
});
