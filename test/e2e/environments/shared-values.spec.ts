import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allOfSecrets, type Rule } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { auditEventsOf, SecretsWorld } from '../../support/secrets-world.js';
import { virtual } from '../../support/tokens-world.js';

let world: SecretsWorld<'auditor'>;
let url: string;
/** Writes all objects and reads imports; reads environments alone. */
let tokens: Readonly<Record<'reader' | 'bare', string>>;
let owner: string;

const namespace = 'shared-envs';
const ownerNamespace = 'shared-envs-owner';
const at = `/v1/namespaces/${namespace}/environments`;
const values = `${at}/app/values`;

beforeAll(async () => {
  world = await SecretsWorld.start(namespace, ['auditor']);
  [url = ''] = await world.installation.gateway.listen();
  const { installation } = world;
  await installation.serve(ownerNamespace);
  const shares: Rule = virtual('secretshares', 'get', 'list', 'create', 'update', 'delete');
  owner = await installation.user(ownerNamespace, 'owner', [allOfSecrets, shares]);
  const environments = virtual('secretenvironments', 'get', 'create', 'update');
  const imports = virtual('secretimports', 'get', 'list', 'create', 'update');
  tokens = {
    reader: await installation.user(namespace, 'reader', [environments, imports]),
    bare: await installation.user(namespace, 'bare', [environments]),
  };
  await installation.cluster.request('POST', `/api/v1/namespaces/${ownerNamespace}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'db' },
    stringData: { password: 'first-12345', user: 'app', port: '5432' },
  });
  await share(['password', 'user']);
  const imported = { from: { namespace: ownerNamespace, share: 'db' } };
  await put(`/v1/namespaces/${namespace}/imports/pay-db`, imported, tokens.reader);
  await put(`${at}/app`, app);
});
afterAll(() => world?.stop());

const app = {
  imports: ['secretimports/pay-db'],
  values: { LOGIN: { template: '{{ user }}:{{ password }}' } },
};

function call(token: string, given: Call): Promise<Answer> {
  return send(url, { token, ...given });
}

async function put(path: string, body: object, token = tokens.reader): Promise<void> {
  const answer = await call(token, { method: 'PUT', path, body });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
}

function share(keys: readonly string[]): Promise<void> {
  const spec = { secretName: 'db', keys, to: [{ namespace }] };
  return put(`/v1/namespaces/${ownerNamespace}/shares/db`, spec, owner);
}

/** Begins a wait for other values than the present ones, and returns once it waits. */
async function waiting(): Promise<{ readonly answer: Promise<Answer> }> {
  const { headers } = await call(tokens.reader, { path: values });
  const answer = call(tokens.reader, {
    path: `${values}?waitSeconds=30`,
    headers: { 'if-none-match': String(headers.etag) },
  });
  const first = await Promise.race([answer, pause(300, 'waits')]);
  expect(first).toBe('waits');
  return { answer };
}

describe('an environment that takes all keys of an import', () => {
  it('has them as values, with templates over them', async () => {
    const answer = await call(tokens.reader, { path: values });
    expect([answer.status, answer.json()]).toEqual([
      200,
      { app: { LOGIN: 'app:first-12345', password: 'first-12345', user: 'app' } },
    ]);
  });

  it('gives a caller without the right to the import nothing', async () => {
    const answer = await call(tokens.bare, { path: values });
    expect(answer.status).toBe(403);
    expect(answer.text).not.toMatch(/password|12345/);
  });

  it('records each key in both namespaces, under one event', async () => {
    const answer = await call(tokens.reader, { path: values });
    const id = answer.headers['audit-id'];
    const events = await auditEventsOf(world.as('auditor'), namespace);
    const own = events.filter(({ auditId, parentId }) => auditId === id || parentId === id);
    const shown = own.map(({ action, secret, keys }) => [action, secret, keys.join()].join(' '));
    expect(shown.toSorted()).toEqual([
      'environments.reveal app LOGIN,password,user',
      'imports.reveal pay-db password',
      'imports.reveal pay-db user',
    ]);
  });

  it('ends a wait when the Secret of the other namespace changes', async () => {
    const { answer } = await waiting();
    const path = `/api/v1/namespaces/${ownerNamespace}/secrets/db`;
    const change = { stringData: { password: 'second-12345' } };
    await world.installation.cluster.request('PATCH', path, change);
    expect((await answer).json()).toMatchObject({ app: { password: 'second-12345' } });
  });

  it('ends a wait when the share gives another key', async () => {
    const { answer } = await waiting();
    await share(['password', 'user', 'port']);
    expect((await answer).json()).toMatchObject({ app: { port: '5432' } });
  });

  it('ends a wait when a definition changes', async () => {
    const { answer } = await waiting();
    await put(`${at}/app`, { ...app, values: { ...app.values, MODE: { value: 'new' } } });
    expect((await answer).json()).toMatchObject({ app: { MODE: 'new' } });
  });

  it('ends a wait with 304 after its time', async () => {
    const { headers } = await call(tokens.reader, { path: values });
    const answer = await call(tokens.reader, {
      path: `${values}?waitSeconds=1`,
      headers: { 'if-none-match': String(headers.etag) },
    });
    expect([answer.status, answer.text]).toEqual([304, '']);
  });

  it('ends a wait with 404 when the share ends', async () => {
    const { answer } = await waiting();
    const path = `/v1/namespaces/${ownerNamespace}/shares/db`;
    expect((await call(owner, { method: 'DELETE', path })).status).toBe(204);
    const { status, text } = await answer;
    expect([status, text]).toEqual([404, expect.stringContaining('pay-db')]);
    expect(text).not.toContain('12345');
  });
});
