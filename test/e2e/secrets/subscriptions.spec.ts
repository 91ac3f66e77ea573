import { createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { limits } from '../../../src/core/limits.js';
import { SecretsWorld, auditEventsOf } from '../../support/secrets-world.js';
import { type Frame, SocketClient } from '../../support/socket-client.js';

interface Change {
  readonly type: string;
  readonly changedKeys: readonly string[] | null;
  readonly cursor: string;
  readonly secret: null | { readonly name: string; readonly version: number | null };
}

let world: SecretsWorld<'owner' | 'reader' | 'auditor'>;
let url: string;
let count = 0;
const clients: SocketClient[] = [];

beforeAll(async () => {
  world = await SecretsWorld.start('subscriptions', ['owner', 'reader', 'auditor']);
  [url = ''] = await world.installation.gateway.listen();
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => world.stop());

async function connected(role: 'owner' | 'reader' = 'owner'): Promise<SocketClient> {
  const client = await SocketClient.begin(url, world.tokens[role]);
  clients.push(client);
  return client;
}

const fields = 'type changedKeys cursor secret { name version }';

function queryOf(selection: string = fields): string {
  return `subscription (
    $namespace: String!, $name: String, $labelSelector: String, $after: String
  ) {
    secretChanged(
      namespace: $namespace, name: $name, labelSelector: $labelSelector, after: $after
    ) { ${selection} }
  }`;
}

/** Subscribes in the namespace of this spec; the id of the subscription. */
function follow(client: SocketClient, variables: object, selection?: string): string {
  count += 1;
  const id = String(count);
  client.subscribe(id, queryOf(selection), { namespace: world.namespace, ...variables });
  return id;
}

function changesOf(client: SocketClient, id: string): readonly Change[] {
  return client.frames
    .filter((frame) => frame.type === 'next' && frame.id === id)
    .flatMap(({ payload }) => {
      const { data } = payload as { data?: { secretChanged: Change | null } };
      return data?.secretChanged ? [data.secretChanged] : [];
    });
}

/** The first change like this, once it is told. */
function change(client: SocketClient, id: string, isMeant: (told: Change) => boolean) {
  return vi.waitFor(
    () => {
      const found = changesOf(client, id).find(isMeant);
      expect(found, JSON.stringify(client.frames)).toBeDefined();
      return found as Change; // looked at above
    },
    { timeout: 10_000, interval: 10 },
  );
}

const isBookmark = ({ type }: Change): boolean => type === 'BOOKMARK';

describe('a subscription', () => {
  it('begins with what is there, then tells of each change without any value', async () => {
    await world.seed('told', { stringData: { password: 'hunter2-before' } });
    const client = await connected();
    const id = follow(client, { name: 'told' });
    await change(client, id, isBookmark);
    expect(changesOf(client, id).map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);

    const owner = world.as('owner');
    const body = { stringData: { password: 'hunter2-after', user: 'x' } };
    expect((await owner.send({ method: 'PATCH', path: world.at('told'), body })).status).toBe(200);
    const modified = await change(client, id, ({ type }) => type === 'MODIFIED');
    expect(modified).toMatchObject({
      changedKeys: ['password', 'user'],
      secret: { name: 'told', version: 2 },
    });

    await owner.send({ method: 'DELETE', path: world.at('told') });
    await change(client, id, ({ type }) => type === 'DELETED');
    expect(JSON.stringify(client.frames)).not.toContain('hunter2');
  });

  it('tells only of what its selector selects', async () => {
    await world.seed('blue', { metadata: { labels: { colour: 'blue' } } });
    await world.seed('red', { metadata: { labels: { colour: 'red' } } });
    const client = await connected();
    const id = follow(client, { labelSelector: 'colour=blue' });
    await change(client, id, isBookmark);
    expect(changesOf(client, id).map(({ secret }) => secret?.name)).toEqual(['blue', undefined]);
  });

  it('goes on behind a cursor, and tells nothing twice', async () => {
    await world.seed('resumed', { stringData: { a: '1' } });
    const first = await connected();
    const before = follow(first, { name: 'resumed' });
    const { cursor } = await change(first, before, isBookmark);
    first.close();

    const body = { stringData: { a: '2' } };
    await world.as('owner').send({ method: 'PATCH', path: world.at('resumed'), body });
    const client = await connected();
    const id = follow(client, { name: 'resumed', after: cursor });
    await change(client, id, ({ type }) => type === 'MODIFIED');
    expect(changesOf(client, id).map(({ type }) => type)).not.toContain('ADDED');
  });

  it('shows fields with a right of their own by that right, each on record', async () => {
    await world.seed('nested', { stringData: { a: '1' } });
    const client = await connected();
    const nested = 'versions { nodes { version } } auditEvents { nodes { id } }';
    const selection = `${fields} secret { ${nested} }`;
    const id = follow(client, { name: 'nested' }, selection);
    const errors = await client.errors(id);
    const places = errors.map(({ path = [], extensions: { code } }) => `${path.join('.')} ${code}`);
    expect(new Set(places)).toEqual(
      new Set([
        'secretChanged.secret.auditEvents Forbidden',
        'secretChanged.secret.versions Forbidden',
      ]),
    );
    expect(changesOf(client, id)[0]).toMatchObject({ type: 'ADDED', secret: { name: 'nested' } });
    const events = await auditEventsOf(world.as('auditor'), world.namespace, '&secret=nested');
    const [denied] = events.filter(({ action }) => action === 'versions.list');
    const [opened] = events.filter(({ action }) => action === 'secrets.watch');
    expect(denied).toMatchObject({ outcome: 'denied', parentId: opened?.parentId });
  });

  it("is told to the protocol's own client", async () => {
    await world.seed('own-client');
    const connectionParams = { authorization: `Bearer ${world.tokens.owner}` };
    const options = { url: `${url.replace('http', 'ws')}/graphql`, connectionParams };
    const client = createClient({ ...options, webSocketImpl: WebSocket });
    const variables = { namespace: world.namespace, name: 'own-client' };
    const told: string[] = [];
    for await (const { data } of client.iterate({ query: queryOf('type'), variables })) {
      const { type = '' } = (data?.['secretChanged'] ?? {}) as { readonly type?: string };
      told.push(type);
      if (type === 'BOOKMARK') break;
    }
    await client.dispose();
    expect(told).toEqual(['ADDED', 'BOOKMARK']);
  });

  it('ends with complete, and its end is on record', async () => {
    const client = await connected();
    const id = follow(client, { name: 'ended' });
    await change(client, id, isBookmark);
    client.send({ id, type: 'complete' });
    const auditor = world.as('auditor');
    const query = '&secret=ended&action=secrets.watch';
    await vi.waitFor(async () => {
      expect(await auditEventsOf(auditor, world.namespace, query)).toHaveLength(2);
    });
  });
});

describe('a subscription that cannot begin', () => {
  it('is an error at its path for who may not watch; others go on', async () => {
    const client = await connected('reader');
    const id = follow(client, {});
    const [error] = await client.errors(id);
    expect(error).toMatchObject({ path: ['secretChanged'], extensions: { code: 'Forbidden' } });
    await client.frame((frame) => frame.type === 'complete' && frame.id === id);
    client.send({ type: 'ping', payload: { echo: 'hunter2' } });
    expect(await client.frame(({ type }) => type === 'pong')).toEqual({ type: 'pong' });
  });

  it.each([
    ['a cursor that is none', { after: 'hunter2' }, 'BadRequest'],
    ['a selector that is none', { labelSelector: 'hunter2!!' }, 'BadRequest'],
    ['a name that is none', { name: 'HUNTER2' }, 'BadRequest'],
    ['a variable of another type', { name: ['hunter2'] }, 'BadRequest'],
    ['no namespace', { namespace: null }, 'BadRequest'],
    ['another namespace', { namespace: 'kube-system' }, 'Forbidden'],
  ])('says so for %s, and quotes nothing', async (_name, variables, code) => {
    const client = await connected();
    const id = follow(client, variables);
    const [error] = await client.errors(id);
    expect(error?.extensions).toMatchObject({ code, requestId: expect.any(String) });
    expect(JSON.stringify(client.frames).toLowerCase()).not.toContain('hunter2');
  });

  it.each([
    ['a query', '{ viewer { username } }'],
    ['a mutation', 'mutation { deleteSecret(input: {namespace: "a", name: "b"}) { created } }'],
    ['two operations', 'query A { __typename } subscription B { __typename }'],
    ['what is no query', 'hunter2 {'],
    ['an unknown field', 'subscription { hunter2(namespace: "a") { type } }'],
    ['an unknown value of an enum', 'subscription { secretChanged(namespace: hunter2) { type } }'],
    ['too many aliases', `subscription { secretChanged(namespace: "a") { ${aliases(16)} } }`],
    [
      'too many tokens',
      `subscription { secretChanged(namespace: "a") { ${'type '.repeat(1_000)} } }`,
    ],
    ['too deep a query', `subscription { secretChanged(namespace: "a") { ${nested(9)} } }`],
  ])('is a BadRequest for %s', async (_name, query) => {
    const client = await connected();
    client.subscribe('bad', query);
    const [error] = await client.errors('bad');
    expect(error?.extensions).toMatchObject({ code: 'BadRequest', status: 400 });
    if (!query.includes('hunter2(')) expect(error?.message).not.toContain('hunter2');
  });

  it('is told how many there may be on a connection', async () => {
    const client = await connected();
    const ids = Array.from({ length: limits.socketSubscriptionsMax + 1 }, () =>
      follow(client, { name: 'many' }, 'type'),
    );
    const [error] = await client.errors(ids.at(-1) ?? '');
    expect(error?.extensions.code).toBe('TooManyRequests');
    expect(client.frames.filter((frame: Frame) => frame.type === 'error')).toHaveLength(1);
  });

  it('is a BadRequest over POST', async () => {
    const answer = await world.as('owner').send({
      method: 'POST',
      path: '/graphql',
      body: { query: 'subscription { secretChanged(namespace: "a") { type } }' },
    });
    expect(answer.status).toBe(400);
    const { errors } = answer.body as unknown as { errors: { extensions: object }[] };
    expect(errors[0]?.extensions).toMatchObject({ code: 'BadRequest' });
  });
});

function aliases(size: number): string {
  return Array.from({ length: size }, (_item, index) => `a${index}: type`).join(' ');
}

function nested(size: number): string {
  return size === 0 ? 'version' : `secret { ${nested(size - 1)} }`;
}
