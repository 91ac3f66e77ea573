import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, type GraphqlAnswer } from '../shares/graphql-writes.js';
import { mutate, refusals, sendRest, type SyncWrite } from './graphql-writes.js';
import { type Caller, SpecsWorld, storeOf, syncOf } from './specs-world.js';

interface SyncPayload {
  readonly created: boolean;
  readonly sync: {
    readonly id: string;
    readonly author: string | null;
    readonly etag: string | null;
    readonly spec: { readonly direction: string };
  };
}

interface StorePayload {
  readonly created: boolean;
  readonly store: {
    readonly id: string;
    readonly etag: string | null;
    readonly spec: { readonly poll: string };
  };
}

interface RunPayload {
  readonly run: object;
}

interface Connection {
  readonly nodes: readonly { readonly name: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

const sync = 'created sync { id author etag state spec { direction } }';
const store = 'created store { id etag problem spec { poll } }';
/** Another sync already pulls the keys of the Secret. */
const pushed = syncOf({ direction: 'push' });
const author = 'system:serviceaccount:pay:author';

let world: SpecsWorld;

beforeAll(async () => {
  world = await SpecsWorld.start();
});
afterAll(() => world?.stop());

const put = (name: string, change: Partial<SyncWrite> = {}): SyncWrite => {
  return { as: 'author', field: 'putSecretSync', name, spec: syncOf(), ...change };
};
const putStore = (name: string, change: Partial<SyncWrite> = {}): SyncWrite => {
  return { as: 'operator', field: 'putExternalStore', name, spec: storeOf(), ...change };
};
const write = (field: SyncWrite['field'], name: string, change: Partial<SyncWrite> = {}) => {
  return { as: field.endsWith('Store') ? 'operator' : 'author', field, name, ...change } as const;
};

async function ask<T>(as: Caller, query: string) {
  const { body } = await world.as(as).post('/graphql', { query });
  return body as unknown as GraphqlAnswer<T>; // by the protocol
}

/** Names on each page of a list. */
async function pagesOf(as: Caller, field: string, filter = ''): Promise<string[][]> {
  const pages: string[][] = [];
  let after = '';
  for (;;) {
    const selection = '{ nodes { name } pageInfo { hasNextPage endCursor } }';
    const query = `{ ${field}(${filter} first: 2${after}) ${selection} }`;
    const { data } = await ask<Connection>(as, query);
    const page = data?.[field];
    if (!page) throw new Error(`no page of ${field}`);
    pages.push(page.nodes.map(({ name }) => name));
    if (!page.pageInfo.hasNextPage) return pages;
    after = `, after: "${page.pageInfo.endCursor}"`;
  }
}

describe('over GraphQL, an author', () => {
  it('writes the sync that REST would have written', async () => {
    const keys = [{ name: 'password', remote: 'PASSWORD' }, { name: 'user' }];
    const remote = { name: 'team/db', format: 'perKey', takeOverFrom: 'a-1' };
    const rules = { onConflict: 'preferStore', onDelete: 'delete', firstSync: 'merge' };
    const spec = syncOf({ keys, remote, ...rules, adopt: 'a' });
    const made = await mutate<SyncPayload>(world, put('by-graphql', { spec }), sync);
    expect(made.errors).toBeUndefined();
    expect(made.payload).toMatchObject({ created: true, sync: { author, state: null } });
    expect((await sendRest(world, put('by-rest', { spec }))).status).toBe(201);
    const [one, other] = await Promise.all(
      ['by-graphql', 'by-rest'].map(async (name) => {
        const { body } = await world.as('author').get(`/v1/namespaces/pay/syncs/${name}`);
        return { ...body, name: '' };
      }),
    );
    expect(one).toEqual(other);
  });

  it('reads the whole of a sync', async () => {
    await mutate(world, put('whole', { spec: syncOf({ direction: 'push' }) }), sync);
    const { data } = await ask(
      'reader',
      `{ sync(namespace: "pay", name: "whole") {
        namespace name author state reason message secretVersion storeVersion storeChangedAt
        secretChangedAt
        lastSyncAt keyStates { name state } owner { syncUID } spec {
          secretName storeName serviceAccountName remote { name format takeOverFrom } direction
          keys { name remote } firstSync onConflict onDelete adopt } } }`,
    );
    const versions = { secretVersion: null, storeVersion: null };
    const never = { ...versions, secretChangedAt: null, storeChangedAt: null };
    expect(data?.['sync']).toEqual({
      ...{ namespace: 'pay', name: 'whole', author, state: null, reason: null, message: '' },
      ...{ ...never, lastSyncAt: null, keyStates: [], owner: null },
      spec: {
        ...syncOf({ remote: { name: 'db', format: 'JSON', takeOverFrom: null } }),
        ...{ direction: 'PUSH', keys: null, adopt: null },
        ...{ firstSync: 'FAIL', onConflict: 'HOLD', onDelete: 'RETAIN' },
      },
    });
  });

  it('replaces the sync of another user, and becomes its author', async () => {
    const first = await mutate<SyncPayload>(world, put('taken', { as: 'other' }), sync);
    expect(first.payload?.sync.author).toBe('system:serviceaccount:pay:other');
    const spec = syncOf({ direction: 'push' });
    const { payload } = await mutate<SyncPayload>(world, put('taken', { spec }), sync);
    expect(payload).toMatchObject({ created: false, sync: { author } });
  });

  it('replaces only the state that it has seen', async () => {
    const made = await mutate<SyncPayload>(world, put('seen', { ifNoneMatch: '*' }), sync);
    const ifMatch = made.payload?.sync.etag ?? '';
    const spec = syncOf({ direction: 'pull' });
    const next = await mutate<SyncPayload>(world, put('seen', { spec, ifMatch }), sync);
    expect(next.payload?.sync.spec.direction).toBe('PULL');
    const late = await mutate<SyncPayload>(world, put('seen', { ifMatch }), sync);
    expect(late.errors?.[0]?.extensions.code).toBe('Conflict');
  });

  it('deletes a sync under the id that it had, on record', async () => {
    const made = await mutate<SyncPayload>(world, put('ended'), sync);
    const ended = await mutate(world, write('deleteSecretSync', 'ended'), 'deletedId');
    expect(ended.payload).toEqual({ deletedId: made.payload?.sync.id });
    expect(await eventsOf(world, ended.answer)).toContainEqual(
      expect.objectContaining({ action: 'syncs.update', outcome: 'allowed', secret: 'ended' }),
    );
    const { errors } = await ask('author', '{ sync(namespace: "pay", name: "ended") { id } }');
    expect(errors?.[0]?.extensions.code).toBe('NotFound');
  });

  it('learns why a look changed nothing, and each reader does', async () => {
    await mutate(world, put('failed', { spec: pushed }), sync);
    const run = 'run { state reason message keys { name } written overwritten }';
    const ran = await mutate<RunPayload>(world, write('runSecretSync', 'failed'), run);
    expect(ran.payload?.run).toMatchObject({ state: 'FAILED', written: false, keys: [] });
    const query = '{ sync(namespace: "pay", name: "failed") { state reason message } }';
    const { data } = await ask<object>('reader', query);
    expect(ran.payload?.run).toMatchObject(data?.['sync'] ?? {});
    expect(data?.['sync']).toMatchObject({ state: 'FAILED', message: expect.stringMatching(/./) });
  });
});

describe('over GraphQL, an operator', () => {
  it('writes the store that REST would have written', async () => {
    const auth = { jwt: { mount: 'kubernetes', role: 'sync', audience: 'openbao' } };
    const caSecret = { namespace: 'pay', name: 'ca', key: 'ca.pem' };
    const openbao = { url: 'https://bao.example/base', mount: 'kv', caSecret, auth };
    const spec = storeOf({ openbao, poll: '5m' });
    const made = await mutate<StorePayload>(world, putStore('by-graphql', { spec }), store);
    expect(made.errors).toBeUndefined();
    expect(made.payload).toMatchObject({ created: true, store: { problem: null } });
    expect((await sendRest(world, putStore('by-rest', { spec }))).status).toBe(201);
    const [one, other] = await Promise.all(
      ['by-graphql', 'by-rest'].map(async (name) => {
        const { body } = await world.as('operator').get(`/v1/stores/${name}`);
        return { ...body, name: '' };
      }),
    );
    expect(one).toEqual(other);
  });

  it('reads the whole of a store', async () => {
    await mutate(world, putStore('whole'), store);
    const { data } = await ask(
      'operator',
      `{ store(name: "whole") { name problem spec { poll allow { namespaces prefix directions }
        openbao { url mount caSecret { namespace name key } auth { jwt { mount role audience } } }
      } } }`,
    );
    expect(data?.['store']).toEqual({
      ...{ name: 'whole', problem: null },
      spec: {
        poll: '1m',
        allow: [{ ...storeOf().allow[0], directions: ['PUSH', 'PULL'] }],
        openbao: {
          ...{ url: 'https://bao.example:8200', mount: 'secret', caSecret: null },
          auth: { jwt: { mount: 'jwt', role: 'sync', audience: 'openbao' } },
        },
      },
    });
  });

  it('replaces only the state that it has seen, and deletes it under its id', async () => {
    const made = await mutate<StorePayload>(world, putStore('seen', { ifNoneMatch: '*' }), store);
    const ifMatch = made.payload?.store.etag ?? '';
    const spec = storeOf({ poll: '2m' });
    const next = await mutate<StorePayload>(world, putStore('seen', { spec, ifMatch }), store);
    expect(next.payload).toMatchObject({ created: false, store: { spec: { poll: '2m' } } });
    const late = await mutate(
      world,
      write('deleteExternalStore', 'seen', { ifMatch }),
      '__typename',
    );
    expect(late.errors?.[0]?.extensions.code).toBe('Conflict');
    const ended = await mutate(world, write('deleteExternalStore', 'seen'), 'deletedId');
    expect(ended.payload).toEqual({ deletedId: made.payload?.store.id });
  });
});

describe('a list over GraphQL', () => {
  it('has each sync of the namespace once, by name', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) await mutate(world, put(name), sync);
    const pages = await pagesOf('reader', 'syncs', 'namespace: "pay",');
    const names = pages.flat();
    expect(names).toEqual([...new Set(names)].toSorted());
    expect(names).toEqual(expect.arrayContaining(['page-a', 'page-b', 'page-c']));
    expect(pages.slice(0, -1).filter(({ length }) => length !== 2)).toEqual([]);
  });

  it('has each store once, by name', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) await mutate(world, putStore(name), store);
    const names = (await pagesOf('operator', 'stores')).flat();
    expect(names).toEqual([...new Set(names)].toSorted());
    expect(names).toEqual(expect.arrayContaining(['page-a', 'page-b', 'page-c']));
  });

  it.each([
    ['homeless', 'stores { nodes { name } }', 'stores'],
    ['local', 'stores { nodes { name } }', 'stores'],
    ['local', 'store(name: "vault") { name }', 'store'],
    ['local', 'store(name: "absent") { name }', 'store'],
    ['operator', 'syncs(namespace: "pay") { nodes { name } }', 'syncs'],
    ['operator', 'sync(namespace: "pay", name: "known") { name }', 'sync'],
  ] as const)('is null for %s without the right: %s', async (as, text, field) => {
    const { data, errors } = await ask(as, `{ ${text} viewer { username } }`);
    expect(data?.[field]).toBeNull();
    expect(data?.['viewer']).not.toBeNull();
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['Forbidden']);
  });
});

describe('a dry run over GraphQL', () => {
  it('checks a sync and a store, and writes none', async () => {
    const tried = await mutate<SyncPayload>(world, put('tried', { dryRun: true }), sync);
    expect(tried.payload).toMatchObject({ created: true, sync: { author, etag: null } });
    const absent = await world.as('author').get('/v1/namespaces/pay/syncs/tried');
    expect(absent.status).toBe(404);
    const other = await mutate<StorePayload>(world, putStore('tried', { dryRun: true }), store);
    expect(other.payload).toMatchObject({ created: true, store: { etag: null } });
    expect((await world.as('operator').get('/v1/stores/tried')).status).toBe(404);
  });

  it('leaves what is there, and its id to the object itself', async () => {
    const made = await mutate<SyncPayload>(world, put('kept'), sync);
    const spec = syncOf({ direction: 'push' });
    const tried = await mutate<SyncPayload>(world, put('kept', { spec, dryRun: true }), sync);
    expect(tried.payload?.sync.id).not.toBe(made.payload?.sync.id);
    const only = write('deleteSecretSync', 'kept', { dryRun: true });
    expect((await mutate(world, only, 'deletedId')).payload).toEqual({ deletedId: null });
    const { body } = await world.as('author').get('/v1/namespaces/pay/syncs/kept');
    expect(body['direction']).toBe('both');
    await mutate(world, putStore('kept'), store);
    const removed = write('deleteExternalStore', 'kept', { dryRun: true });
    expect((await mutate(world, removed, 'deletedId')).payload).toEqual({ deletedId: null });
    expect((await world.as('operator').get('/v1/stores/kept')).status).toBe(200);
  });

  it('of a look leaves the status as it is', async () => {
    await mutate(world, put('looked', { spec: pushed }), sync);
    const look = write('runSecretSync', 'looked', { dryRun: true });
    const { payload } = await mutate<RunPayload>(world, look, 'run { state written }');
    expect(payload?.run).toEqual({ state: 'FAILED', written: false });
    const { body } = await world.as('author').get('/v1/namespaces/pay/syncs/looked');
    expect(body['state']).toBeNull();
  });
});

const oneWay = { direction: 'push', firstSync: 'pull' };
const prefer = 'cluster';
const refused: readonly (readonly [string, string, (name: string) => SyncWrite])[] = [
  ['a sync without the right to it', 'Forbidden', (name) => put(name, { as: 'reader' })],
  ['a sync without the right to the store', 'Forbidden', (name) => put(name, { as: 'homeless' })],
  ['a pull without the right to write', 'Forbidden', (name) => put(name, { as: 'pusher' })],
  [
    'a token of another ServiceAccount',
    'Forbidden',
    (name) => put(name, { spec: syncOf({ serviceAccountName: 'default' }) }),
  ],
  ['a first side that gets nothing', 'Invalid', (name) => put(name, { spec: syncOf(oneWay) })],
  [
    'a name that leaves its prefix',
    'Invalid',
    (name) => put(name, { spec: syncOf({ remote: { name: '../db' } }) }),
  ],
  [
    'one key twice',
    'Invalid',
    (name) => put(name, { spec: syncOf({ keys: [{ name: 'a' }, { name: 'a' }] }) }),
  ],
  ['a name that is none', 'BadRequest', () => put('No_Name')],
  ['a sync that is there', 'AlreadyExists', (name) => put(name, { ifNoneMatch: '*' })],
  ['another state than the present one', 'Conflict', (name) => put(name, { ifMatch: '"a.1"' })],
  ['a condition without a meaning', 'BadRequest', (name) => put(name, { ifNoneMatch: '"a.1"' })],
  [
    'a deletion of another state',
    'Conflict',
    (name) => write('deleteSecretSync', name, { ifMatch: '"a.1"' }),
  ],
  ['a deletion of nothing', 'NotFound', () => write('deleteSecretSync', 'absent')],
  [
    'a deletion without the right',
    'Forbidden',
    (name) => write('deleteSecretSync', name, { as: 'reader' }),
  ],
  ['a look at nothing', 'NotFound', () => write('runSecretSync', 'absent')],
  [
    'a look without the right',
    'Forbidden',
    (name) => write('runSecretSync', name, { as: 'reader' }),
  ],
  ['a resolution of nothing', 'NotFound', () => write('resolveSecretSync', 'absent', { prefer })],
  [
    'a resolution without the right',
    'Forbidden',
    (name) => write('resolveSecretSync', name, { as: 'reader', prefer }),
  ],
  [
    'a resolution by values that the caller may not write',
    'Forbidden',
    (name) => write('resolveSecretSync', name, { as: 'pusher', prefer: 'store' }),
  ],
  [
    'a resolution of no key',
    'Invalid',
    (name) => write('resolveSecretSync', name, { prefer, keys: [] }),
  ],
  ['a store without the right to it', 'Forbidden', () => putStore('new', { as: 'author' })],
  ['a store by a right in a namespace', 'Forbidden', () => putStore('new', { as: 'local' })],
  [
    'a store over plain http',
    'Invalid',
    () =>
      putStore('new', {
        spec: storeOf({ openbao: { ...storeOf().openbao, url: 'http://bao.example' } }),
      }),
  ],
  [
    'a prefix that ends in a segment',
    'Invalid',
    () => putStore('new', { spec: storeOf({ allow: [{ ...storeOf().allow[0], prefix: 'k8s' }] }) }),
  ],
  ['a store that is there', 'AlreadyExists', () => putStore('vault', { ifNoneMatch: '*' })],
  [
    'a deletion of another state of a store',
    'Conflict',
    () => write('deleteExternalStore', 'vault', { ifMatch: '"a.1"' }),
  ],
  ['a deletion of no store', 'NotFound', () => write('deleteExternalStore', 'absent')],
  [
    'a deletion of a store by a right in a namespace',
    'Forbidden',
    () => write('deleteExternalStore', 'vault', { as: 'local' }),
  ],
];

describe('both transports refuse with one code, sentence and event', () => {
  it.each(refused)('%s: %s', async (_what, code, of) => {
    await world.put('author', '/v1/namespaces/pay/syncs/kept-as-is', syncOf());
    const before = await world.as('reader').get('/v1/namespaces/pay/syncs/kept-as-is');
    const [rest, graphql] = await refusals(world, of('kept-as-is'));
    expect(rest.code).toBe(code);
    expect(rest.events).toHaveLength(1);
    expect(graphql).toEqual(rest);
    const after = await world.as('reader').get('/v1/namespaces/pay/syncs/kept-as-is');
    expect(after.text).toBe(before.text);
    expect((await world.as('operator').get('/v1/stores/vault')).status).toBe(200);
  });
});
