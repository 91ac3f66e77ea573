import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allOfSecrets } from '../support/gateway.js';
import { type Answer, send } from '../support/raw-http.js';
import { seedSecret } from '../support/seed.js';
import { TokensWorld, allOfTokens, eventually, virtual } from '../support/tokens-world.js';

let world: TokensWorld;
let owner: string;

beforeAll(async () => {
  world = await TokensWorld.start();
  await world.installation.serve('pay');
  await seedSecret(world.installation, 'pay', 'db', { password: 'hunter2-hunter2' });
  owner = await world.installation.user('pay', 'owner', []);
  await world.grantEverywhere({ namespace: 'pay', name: 'owner' }, 'owner-of-all', [
    allOfSecrets,
    allOfTokens,
    virtual('auditevents', 'list'),
  ]);
  await eventually(() => world.mint(owner));
});

afterAll(() => world.stop());

const scoped = async (scope: object) => (await world.mint(owner, { scope })).token;

async function expectRefused(answer: Answer, where: string, reason: RegExp): Promise<void> {
  expect.soft(answer.status, `${where}: ${answer.text}`).toBe(403);
  expect.soft(String(answer.json()['detail']), where).toMatch(reason);
  // A call about several Secrets has an event for each of them too.
  const events = await world.eventsOf(answer);
  const [first, ...parts] = events.map(() => ({ outcome: 'denied', code: 403, plane: 'none' }));
  expect.soft(events, where).toMatchObject([first ?? 'an event', ...parts]);
}

describe('what a Secret held', () => {
  const db = '/v1/namespaces/pay/secrets/db';
  const past = [`${db}?version=1`, `${db}/keys/password?version=1`];

  it('is not opened by a token for what it holds', async () => {
    const token = await scoped({ actions: ['secrets.*'] });
    expect((await send(world.base, { method: 'GET', path: db, token })).status).toBe(200);
    for (const path of past) {
      const answer = await send(world.base, { method: 'GET', path, token });
      await expectRefused(answer, path, /versions.get is not in actions$/);
    }
  });

  it('is closed to a token for one key, but for that key', async () => {
    const token = await scoped({ keys: ['password'] });
    const [whole = '', key = ''] = past;
    const answer = await send(world.base, { method: 'GET', path: whole, token });
    await expectRefused(answer, whole, /keys opens single keys and nothing else$/);
    const other = `${db}/keys/other?version=1`;
    await expectRefused(
      await send(world.base, { method: 'GET', path: other, token }),
      other,
      /a key is not in keys$/,
    );
    const read = await send(world.base, { method: 'GET', path: key, token });
    // In its scope; whether its owner may is another question.
    expect(read.json()['detail']).not.toMatch(/scope/);
  });
});

describe('a write by a token that is not for reads', () => {
  const secrets = '/v1/namespaces/pay/secrets';
  const told = `${secrets}/told`;
  const canary = 'canary-of-a-label';
  const labels = { 'canary-key': canary };
  const patch = { 'content-type': 'application/merge-patch+json' };
  const json = { 'content-type': 'application/json' };
  const raw = { 'content-type': 'application/octet-stream' };
  const value = { stringData: { password: 'x' } };
  const whole = { stringData: { password: 'hunter2-hunter2', other: 'y' }, labels };

  const write = (
    token: string,
    line: string,
    body?: object | Buffer,
    headers: Record<string, string> = json,
  ) => {
    const [method = '', path = ''] = line.split(' ');
    return send(world.base, { method, path, token, body, headers });
  };

  beforeEach(async () => {
    await write(owner, `PUT ${told}`, whole);
  });

  function expectNothingTold(answer: Answer, where: string): void {
    expect.soft([200, 201], `${where}: ${answer.text}`).toContain(answer.status);
    const names = ['changes', 'generatedKeys', 'name', 'namespace', 'warnings'];
    expect.soft(Object.keys(answer.json()).toSorted(), where).toEqual(names);
    expect.soft(answer.json()['changes'], where).toBeNull();
    expect.soft(answer.headers['etag'], where).toBeUndefined();
  }

  const writes = [
    [`PATCH ${told}`, value, patch],
    [`PATCH ${told}`, {}, patch],
    [`PUT ${told}`, { ...value, labels }, json],
    [`PUT ${told}/keys/password`, Buffer.from('x'), raw],
    [`PUT ${told}/keys/other`, Buffer.from('x'), raw],
    [`DELETE ${told}/keys/other`, undefined, {}],
    [`POST ${secrets}`, { name: 'made', ...value }, json],
    [`DELETE ${told}`, undefined, {}],
  ] as const;

  it.each([
    { actions: ['write'] },
    { actions: ['secrets.create', 'secrets.update', 'secrets.patch', 'secrets.delete'] },
  ])('is told nothing of the Secret, dry, done or done again: $actions', async ({ actions }) => {
    const token = await scoped({ actions });
    for (const [line, body, headers] of writes) {
      const key = { ...headers, 'idempotency-key': randomUUID() };
      const dry = await write(token, `${line}?dryRun=All`, body, headers);
      expectNothingTold(dry, `${line} dry`);
      expectNothingTold(await write(token, line, body, key), line);
      expectNothingTold(await write(token, line, body, key), `${line} again`);
    }
    await write(owner, `DELETE ${secrets}/made`);
  });

  it('is told nothing over GraphQL either', async () => {
    const token = await scoped({ actions: ['write'] });
    const ref = 'namespace: "pay", name: "told"';
    expect((await write(owner, `PATCH ${told}`, {}, patch)).text).toContain(canary);
    for (const call of [
      `patchSecret(input: { ${ref}, dryRun: $dry, labels: { a: "b" } })`,
      `replaceSecret(input: { ${ref}, dryRun: $dry, stringData: $v })`,
      `deleteSecret(input: { ${ref}, dryRun: $dry })`,
    ]) {
      const parameters = `$dry: Boolean!${call.includes('$v') ? ', $v: SecretMap' : ''}`;
      const query = `mutation(${parameters}) {
        result: ${call} { secret { labels } changes { added } dryRun } }`;
      const answer = await world.graphql(token, query, {
        ...(call.includes('$v') && { v: { password: 'x' } }),
        dry: true,
      });
      const result = { secret: null, changes: null, dryRun: true };
      expect.soft(answer.json(), call).toEqual({ data: { result } });
    }
  });

  it('is told what its scope opens, and no more', async () => {
    const ask = async (...actions: string[]) => {
      const token = await scoped({ actions: ['secrets.patch', ...actions] });
      return (await write(token, `PATCH ${told}?dryRun=All`, value, patch)).json();
    };
    expect(await ask('secrets.get')).toMatchObject({ labels, changes: null });
    const changes = { added: [], changed: ['password'], removed: [] };
    expect(await ask('secrets.reveal')).toMatchObject({ labels, changes });
  });

  it('cannot test for a label or an annotation', async () => {
    const test = (path: string) =>
      Buffer.from(JSON.stringify([{ op: 'test', path, value: canary }]));
    const jsonPatch = { 'content-type': 'application/json-patch+json' };
    const token = await scoped({ actions: ['write'] });
    for (const path of ['/labels/canary-key', '/annotations/absent']) {
      const answer = await write(token, `PATCH ${told}?dryRun=All`, test(path), jsonPatch);
      expect(answer.json()).toMatchObject({ status: 403, code: 'Forbidden' });
      expect(answer.json()['detail']).toMatch(/secrets.get is not in actions$/);
    }
    const reader = await scoped({ actions: ['write', 'secrets.get'] });
    const tested = await write(reader, `PATCH ${told}`, test('/labels/canary-key'), jsonPatch);
    expect(tested.status).toBe(200);
  });
});
