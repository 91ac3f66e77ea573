import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CanaryScanner, newCanary } from '../support/canary.js';
import { TestInstallation, allOfSecrets } from '../support/gateway.js';
import { type Answer, type Call, send, sendBytes } from '../support/raw-http.js';
import { seedSecret } from '../support/seed.js';
import { sealedSecret } from '../support/sealed-secrets.js';
import { canary, collection, item, reads, silent } from './canary-calls.js';

const scanner = CanaryScanner.forParts(canary);
const base64 = Buffer.from(canary, 'utf8').toString('base64');

let installation: TestInstallation;
let base: string;
let token: string;
let stranger: string;
const answers: (readonly [string, Answer])[] = [];

async function call(title: string, wish: Call): Promise<Answer> {
  const answer = await send(base, { token, ...wish });
  answers.push([title, answer]);
  return answer;
}

beforeAll(async () => {
  installation = await TestInstallation.start({ log: { level: 'trace' } });
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: canary });
  await seedSecret(installation, 'pay', 'binary', { password: canary });
  token = await installation.user('pay', 'app', [allOfSecrets]);
  stranger = await installation.user('pay', 'stranger', []);
});

afterAll(() => installation.stop());

describe('the scanner itself', () => {
  const forms = {
    raw: canary,
    JSON: JSON.stringify({ a: canary }),
    'JSON in JSON': JSON.stringify({ line: JSON.stringify({ a: canary }) }),
    base64,
    'base64 of more': Buffer.from(`xx${canary}yy`).toString('base64'),
    'base64url of more': Buffer.from(`x${canary}yy`).toString('base64url'),
    hex: Buffer.from(canary).toString('hex').toUpperCase(),
    percent: encodeURIComponent(canary),
    'first half': canary.slice(0, canary.length / 2),
    'last half': canary.slice(canary.length / 2),
  };

  it.each(Object.entries(forms))('finds the canary: %s', (_form, text) => {
    expect(scanner.find(`before ${text} after`)).not.toEqual([]);
    expect(scanner.find(Buffer.from(`\0${text}\0`))).not.toEqual([]);
  });

  it('finds nothing in what holds none', () => {
    expect(scanner.find(newCanary())).toEqual([]);
    expect(scanner.find(installation.config.dataDir)).toEqual([]);
  });
});

describe('the canary is seen by who may read it', () => {
  it.each(reads)('in %s', async (_title, wish) => {
    const answer = await send(base, { token, ...wish });
    expect(answer.status).toBe(200);
    expect(answer.text).toMatch(/CANARY|Q0FOQVJZ/);
  });
});

describe('an answer without values', () => {
  it.each(silent)('does not hold the canary: %s', async (title, wish, status) => {
    const answer = await call(title, wish);
    expect(scanner.find(answer.text), answer.text).toEqual([]);
    expect(scanner.find(JSON.stringify(answer.headers))).toEqual([]);
    expect(answer.status, answer.text).toBe(status);
  });

  it('does not hold the canary either where the caller may nothing', async () => {
    for (const [title, wish] of [...reads, ...silent]) {
      const answer = await call(title, { ...wish, token: stranger });
      expect.soft(answer.status, title).toBeGreaterThanOrEqual(title === 'union list' ? 200 : 400);
      expect.soft(scanner.find(answer.text), title).toEqual([]);
    }
  });

  it('does not hold the canary where it came as a header, a query or a path', async () => {
    const encoded = encodeURIComponent(canary);
    const ascii = canary.replaceAll(/[^ -~]/g, 'e');
    const wishes: readonly Call[] = [
      { path: `${item}?format=${encoded}` },
      { path: `${collection}?labelSelector=${encoded}` },
      { path: `${collection}?fieldSelector=${encoded}` },
      { path: `${collection}?continue=${encoded}` },
      { path: `/v1/audit/events?since=${encoded}` },
      { path: item, headers: { 'if-match': ascii } },
      { path: item, headers: { 'x-request-id': ascii } },
      { path: item, headers: { authorization: `Bearer ${base64}` } },
      { path: item, headers: { authorization: `Basic ${base64}` } },
      { path: item, token: '', headers: { cookie: `token=${encoded}`, 'x-api-key': ascii } },
    ];
    for (const wish of wishes) {
      const answer = await call(wish.path, wish);
      const expected = 'x-request-id' in (wish.headers ?? {}) ? [200] : [400, 401, 422, 403];
      expect.soft(expected, wish.path).toContain(answer.status);
      if (answer.status === 200) continue;
      expect.soft(scanner.find(answer.text), answer.text).toEqual([]);
    }
    const broken = await sendBytes(base, `GET ${item} HTTP/1.1\r\nBad Header: ${ascii}\r\n\r\n`);
    expect(scanner.find(broken)).toEqual([]);
  });

  it('names what it refuses where a value came as a name, and that is not written down', async () => {
    const body = { stringData: { a: '' }, labels: { [canary]: 'a' } };
    for (const wish of [
      { path: `${item}?${encodeURIComponent(canary)}=1` },
      { method: 'PUT', path: item, body },
      { method: 'PUT', path: item, body: { stringData: { [canary]: '' } } },
      { method: 'PUT', path: item, body: { ...body, [canary]: '' } },
    ]) {
      const answer = await send(base, { token, ...wish });
      expect([400, 422]).toContain(answer.status);
      expect(answer.json()).toMatchObject({ errors: [{ pointer: expect.any(String) }] });
    }
  });

  it('does not hold the canary where it came sealed', async () => {
    const { text: certificate } = await call('certificate', { path: '/v1/sealing/certificate' });
    const sealing = { certificate, namespace: 'pay', name: 'sealed', values: { a: canary } };
    const path = '/v1/namespaces/pay/sealedsecrets';
    const ofType = { template: { type: 'kubernetes.io/tls' } };
    for (const [title, manifest, status] of [
      ['sealed', sealedSecret(sealing), 201],
      ['sealed, of a wrong type', sealedSecret({ ...sealing, name: 'tls', ...ofType }), 422],
      ['sealed for another', { ...sealedSecret(sealing), metadata: { name: 'other' } }, 422],
    ] as const) {
      const answer = await call(title, { method: 'POST', path, body: manifest });
      expect(scanner.find(answer.text), answer.text).toEqual([]);
      expect(answer.status, answer.text).toBe(status);
    }
  });

  it('does not hold the canary where the API server is gone', async () => {
    await installation.cluster.stopApiServer();
    const wish = { method: 'PUT', path: item, body: { stringData: { a: canary } } } as const;
    const answer = await call('PUT without a cluster', wish);
    await installation.cluster.startApiServer();
    expect([503, 504]).toContain(answer.status);
    expect(scanner.find(answer.text)).toEqual([]);
  });
});

describe('after all of this the canary is', () => {
  it('in no line of the log', () => {
    expect(installation.log.length).toBeGreaterThan(silent.length);
    const leaks = installation.log.filter((line) => scanner.find(line).length > 0);
    expect(leaks).toEqual([]);
  });

  it('in no file of the data folder, with the write-ahead log', () => {
    const entries = readdirSync(installation.config.dataDir, {
      recursive: true,
      withFileTypes: true,
    });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(installation.config.dataDir, join(parentPath, name)));
    expect(files).toEqual(expect.arrayContaining(['sallyport.db', 'sallyport.db-wal']));
    for (const file of files) {
      const bytes = readFileSync(join(installation.config.dataDir, file));
      expect(scanner.find(bytes), file).toEqual([]);
    }
  });

  it('in no answer that was not asked for it', () => {
    expect(answers.length).toBeGreaterThan(2 * silent.length);
    const leaks = answers
      .filter(([, answer]) => answer.status >= 400 && scanner.find(answer.text).length > 0)
      .map(([title]) => title);
    expect(leaks).toEqual([]);
  });

  it('still in the Secret, so that it was there to be leaked', async () => {
    const answer = await send(base, { path: `${collection}/binary/keys/password`, token });
    expect(answer.text).toBe(canary);
  });
});
