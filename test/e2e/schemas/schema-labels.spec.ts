import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allOfSecrets } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { SecretsWorld } from '../../support/secrets-world.js';
import { eventually } from '../../support/tokens-world.js';
import { type SchemaAnswer, schemaTransports } from './schema-transports.js';

const misspelt = { 'sallyport.dev/schema': 'dsn.postgres' };
const unusable = { 'sallyport.dev/schema': 'unusable' };
const position = '/labels/sallyport.dev~1schema';
const unknown =
  `schema dsn.postgres: ${position} names no schema of the cluster or the namespace, and ` +
  'nothing is checked by it';
const invalid = `schema schemas/broken: ${position} names a schema in state Invalid`;
const secrets = '/v1/namespaces/schemas/secrets';

let world: SecretsWorld<'owner' | 'reader'>;
let url: string;

beforeAll(async () => {
  world = await SecretsWorld.start('schemas', ['owner', 'reader']);
  [url = ''] = await world.installation.gateway.listen();
});
afterAll(() => world?.stop());

/** Warnings of an answer, in its body and in its header. */
const warned = ({ text, warning }: SchemaAnswer) => `${text} ${warning ?? ''}`;

describe.each(schemaTransports)('over $name', (transport) => {
  const call = () => ({ url, token: world.tokens.owner });
  const prefix = transport.name.toLowerCase();

  it('a creation with the label of no schema has a warning', async () => {
    const write = { name: `${prefix}-new`, labels: misspelt, values: { dsn: 'mysql://x' } };
    const made = await transport.create(call(), write);
    expect(made).toMatchObject({ ok: true });
    expect(warned(made)).toContain(unknown);
    const right = { ...write, name: `${prefix}-free`, labels: { other: 'dsn.postgres' } };
    expect(warned(await transport.create(call(), right))).not.toContain('schema dsn');
  });

  it('a creation with a misspelt type of the project has a warning', async () => {
    const type = 'sallyport.dev/dsn.postgres';
    const name = `${prefix}-typed`;
    const made = await transport.create(call(), { name, type, labels: {}, values: { dsn: 'x' } });
    expect(made).toMatchObject({ ok: true });
    expect(warned(made)).toContain(`schema ${type}: /type names no built-in schema`);
  });

  it('each later write has the warning', async () => {
    const name = `${prefix}-later`;
    await world.seed(name, { metadata: { labels: misspelt }, stringData: { dsn: 'a', note: 'x' } });
    for (const [index, write] of transport.writes.entries()) {
      const values = { dsn: 'a', note: `x${index}` };
      const answer = await write(call(), { name, labels: misspelt, values });
      expect(answer).toMatchObject({ ok: true });
      expect([index, warned(answer)]).toMatchObject([index, expect.stringContaining(unknown)]);
    }
  });

  it('a patch that sets such a label has the warning, and one that corrects it has not', async () => {
    const name = `${prefix}-labelled`;
    const values = { dsn: 'postgresql://app@db/app' };
    await world.seed(name, { stringData: values });
    const worse = await transport.label(call(), { name, labels: misspelt, values });
    expect(warned(worse)).toContain(unknown);
    const labels = { 'sallyport.dev/schema': 'dsn.postgresql' };
    const better = await transport.label(call(), { name, labels, values });
    expect(better).toMatchObject({ ok: true });
    expect(warned(better)).not.toContain(position);
  });
});

it('a schema that cannot be used is named', async () => {
  const kind = 'localsecretschemas';
  const token = await world.installation.user('schemas', 'schema-author', [
    { verbs: ['*'], apiGroups: ['sallyport.dev'], resources: [kind] },
    { verbs: ['list'], resources: ['secrets'] },
  ]);
  const path = `/kubernetes/apis/sallyport.dev/v1alpha1/namespaces/schemas/${kind}`;
  const body = {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'LocalSecretSchema',
    metadata: { name: 'broken' },
    spec: {
      appliesTo: { label: 'unusable' },
      mode: 'enforce',
      keys: { a: { schema: { pattern: '(?=x)' } } },
    },
  };
  expect((await send(url, { method: 'POST', path, token, body })).status).toBe(201);
  for (const transport of schemaTransports) {
    const call = { url, token: world.tokens.owner };
    await eventually(async () => {
      const name = `broken-${transport.name.toLowerCase()}-${Date.now()}`;
      const made = await transport.create(call, { name, labels: unusable, values: { a: 'b' } });
      expect(made).toMatchObject({ ok: true });
      expect(warned(made)).toContain(invalid);
    });
  }
});

describe('over REST', () => {
  const write = (method: string, path: string, body: object | string, token: string) =>
    send(url, {
      ...{ method, path, token, body },
      headers: { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' },
    });
  const warningsOf = (answer: { json: <T>() => T }) =>
    answer.json<{ warnings: readonly string[] }>().warnings;

  it('a dry run has the warning, and so has a restore', async () => {
    const token = await world.installation.user('schemas', 'restorer', [
      { verbs: ['get', 'create', 'update', 'patch'], resources: ['secrets'] },
      { verbs: ['get', 'list'], apiGroups: ['sallyport.dev'], resources: ['secretversions'] },
      { verbs: ['create'], apiGroups: ['sallyport.dev'], resources: ['secretversions/restore'] },
    ]);
    const body = (password: string) => ({ labels: misspelt, stringData: { password } });
    const path = `${secrets}/restored`;
    const planned = await write('PUT', `${path}?dryRun=All`, body('one'), token);
    expect([planned.status, warningsOf(planned)]).toEqual([201, [unknown]]);
    expect((await write('PUT', path, body('one'), token)).status).toBe(201);
    expect((await write('PUT', path, body('two'), token)).status).toBe(200);
    const restored = await write('POST', `${path}/versions/1/restore`, {}, token);
    expect([restored.status, warningsOf(restored)]).toEqual([200, [unknown]]);
  });

  it('a caller whose right is for one key does not read the label in the warning', async () => {
    await world.seed('one-key', { metadata: { labels: misspelt }, stringData: { password: 'a' } });
    const path = `${secrets}/one-key/keys/password`;
    const token = await world.installation.user('schemas', 'key-writer', [
      {
        verbs: ['update'],
        apiGroups: ['sallyport.dev'],
        resources: ['secretkeys'],
        resourceNames: ['one-key/password'],
      },
    ]);
    const hidden = await write('PUT', path, 'b', token);
    expect([hidden.status, hidden.text]).toMatchObject([
      200,
      expect.not.stringContaining('dsn.postgres'),
    ]);
    const shown = await write('PUT', path, 'c', world.tokens.owner);
    expect([shown.status, warningsOf(shown)]).toEqual([200, [unknown]]);
  });

  it('a token that may not read does not read the label that a replacement leaves', async () => {
    const metadata = { labels: misspelt };
    await world.seed('narrowed', { metadata, stringData: { password: 'a' } });
    const minter = await world.installation.user('schemas', 'minter', [
      allOfSecrets,
      { verbs: ['create'], apiGroups: ['sallyport.dev'], resources: ['accesstokens'] },
    ]);
    const scope = { namespaces: ['schemas'], actions: ['secrets.update'] };
    const body = { description: 'a test', expiresInSeconds: 600, scope };
    const minted = await write('POST', '/v1/tokens', body, minter);
    expect(minted.status, minted.text).toBe(201);
    const { token } = minted.json<{ token: string }>();
    const path = `${secrets}/narrowed`;
    const hidden = await write('PUT', path, { stringData: { password: 'b' } }, token);
    expect([hidden.status, hidden.text]).toMatchObject([
      200,
      expect.not.stringContaining('dsn.postgres'),
    ]);
    const shown = await write('PUT', path, { stringData: { password: 'c' } }, minter);
    expect([shown.status, warningsOf(shown)]).toEqual([200, [unknown]]);
  });
});
