import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/tokens-world.js';
import { eventsOf, mutate, refusals, sendRest, type SharingWrite } from './graphql-writes.js';
import { importOf, shareOf, SharingWorld } from './sharing-world.js';

interface SharePayload {
  readonly created: boolean;
  readonly share: {
    readonly id: string;
    readonly author: string;
    readonly state: string;
    readonly etag: string | null;
    readonly spec: { readonly keys: readonly string[] };
  };
}

interface ImportPayload {
  readonly created: boolean;
  readonly import: { readonly id: string; readonly author: string; readonly etag: string | null };
}

const share = 'created share { id author state etag spec { keys } }';
const imported = 'created import { id author state etag }';
const owner = 'system:serviceaccount:pay:owner';

let world: SharingWorld;

beforeAll(async () => {
  world = await SharingWorld.start();
  // API servers learn of roles at different times.
  await eventually(() => world.share());
  await eventually(async () => {
    const known = await sendRest(world, put('known', { as: 'keyOwner' }));
    if (known.status !== 201 && known.status !== 200) throw new Error(known.text);
  });
});
afterAll(() => world?.stop());

const put = (name: string, change: Partial<SharingWrite> = {}): SharingWrite => {
  return { as: 'owner', field: 'putSecretShare', name, spec: shareOf(), ...change };
};
const putImport = (name: string, change: Partial<SharingWrite> = {}): SharingWrite => {
  return { as: 'importer', field: 'putSecretImport', name, spec: importOf(name), ...change };
};
const write = (field: SharingWrite['field'], name: string, change: Partial<SharingWrite> = {}) => {
  return { as: 'owner', field, name, ...change } as const;
};

describe('over GraphQL, an owner', () => {
  it('shares a key as its author, and a consumer imports and reads it', async () => {
    const subjects = [{ kind: 'ServiceAccount', name: 'reader' }];
    const spec = shareOf({
      to: [{ namespace: 'shop', subjects }],
      expiresAt: '2099-01-01T00:00:00Z',
    });
    const made = await mutate<SharePayload>(world, put('made', { spec }), share);
    expect(made.errors).toBeUndefined();
    expect(made.payload).toMatchObject({
      created: true,
      share: { author: owner, state: 'ACTIVE', spec: { keys: ['password'] } },
    });
    const keys = [{ name: 'password', as: 'PGPASSWORD' }];
    const taken = putImport('made', { spec: importOf('made', { keys }) });
    expect((await mutate<ImportPayload>(world, taken, imported)).payload).toMatchObject({
      created: true,
      import: { author: 'system:serviceaccount:shop:importer' },
    });
    expect((await world.read('made', { key: 'PGPASSWORD' })).text).toBe('shared-value');
    const others = await world.read('made', { key: 'PGPASSWORD', as: 'other' });
    expect(others.status).toBe(404);
  });

  it('leaves the share that REST would have written', async () => {
    const to = [{ namespace: 'shop', subjects: [{ kind: 'Group', name: 'readers' }] }];
    const spec = shareOf({ to, onRecreate: 'follow', delivery: ['live'], adopt: 'a' });
    await mutate(world, put('by-graphql', { spec }), share);
    expect((await sendRest(world, put('by-rest', { spec }))).status).toBe(201);
    const [one, other] = await Promise.all(
      ['by-graphql', 'by-rest'].map(async (name) => {
        const { body } = await world.as('owner').get(`/v1/namespaces/pay/shares/${name}`);
        return { ...body, name: '' };
      }),
    );
    expect(one).toEqual(other);
  });

  it('replaces the share of another user, and becomes its author', async () => {
    await mutate<SharePayload>(world, put('taken', { as: 'keyOwner' }), share);
    const spec = shareOf({ keys: ['password', 'user'] });
    const { payload } = await mutate<SharePayload>(world, put('taken', { spec }), share);
    expect(payload).toMatchObject({ created: false, share: { author: owner } });
  });

  it('replaces only the state that it has seen', async () => {
    const made = await mutate<SharePayload>(world, put('seen', { ifNoneMatch: '*' }), share);
    const etag = made.payload?.share.etag ?? '';
    const spec = shareOf({ keys: ['user'] });
    const next = await mutate<SharePayload>(world, put('seen', { spec, ifMatch: etag }), share);
    expect(next.payload?.share.spec.keys).toEqual(['user']);
    const late = await mutate<SharePayload>(world, put('seen', { ifMatch: etag }), share);
    expect(late.errors?.[0]?.extensions.code).toBe('Conflict');
  });

  it('ends a share for one namespace, and the others keep it', async () => {
    const name = await world.share({ to: [{ namespace: 'shop' }, { namespace: 'web' }] });
    const path = `/v1/namespaces/web/imports/${name}`;
    expect((await world.as('outsider').put(path, importOf(name))).status).toBe(201);
    const revoked = write('revokeSecretShare', name, { consumer: 'shop' });
    const { payload } = await mutate<SharePayload>(
      world,
      revoked,
      'share { state spec { to { namespace revoked } } }',
    );
    expect(payload?.share).toEqual({
      state: 'ACTIVE',
      spec: {
        to: [
          { namespace: 'shop', revoked: true },
          { namespace: 'web', revoked: false },
        ],
      },
    });
    expect((await world.read(name)).status).toBe(404);
    expect((await world.as('outsider').get(`${path}/keys/password`)).text).toBe('shared-value');
  });

  it('ends a share for all, on record', async () => {
    const name = await world.share();
    const { answer, payload } = await mutate<SharePayload>(
      world,
      write('revokeSecretShare', name),
      'share { state }',
    );
    expect(payload?.share.state).toBe('REVOKED');
    expect((await world.read(name)).status).toBe(404);
    expect(await eventsOf(world, answer)).toContainEqual(
      expect.objectContaining({ action: 'shares.revoke', outcome: 'allowed', secret: name }),
    );
  });

  it('deletes a share, under the id that it had', async () => {
    const name = await world.share();
    const query = `{ share(namespace: "pay", name: "${name}") { id } }`;
    const { body } = await world.as('owner').post('/graphql', { query });
    const { payload } = await mutate(world, write('deleteSecretShare', name), 'deletedId');
    expect(body['data']).toEqual({ share: { id: (payload as { deletedId: string }).deletedId } });
    expect((await world.read(name)).status).toBe(404);
  });
});

describe('over GraphQL, a consumer', () => {
  it('deletes an import, and the share stays', async () => {
    const name = await world.share();
    const removed = write('deleteSecretImport', name, { as: 'importer' });
    expect((await mutate(world, removed, 'deletedId')).errors).toBeUndefined();
    expect((await world.read(name)).status).toBe(404);
    const { body } = await world.as('owner').get(`/v1/namespaces/pay/shares/${name}`);
    expect(body['state']).toBe('Active');
  });

  it('gets no value in the answer to a write', async () => {
    const name = await world.share();
    const { answer, errors } = await mutate(world, putImport(name), 'import { values { text } }');
    expect(answer.status).toBe(400);
    expect(errors?.[0]?.message).toBe('Cannot query field "values" on type "SecretImportSummary".');
  });
});

describe('a dry run over GraphQL', () => {
  it('checks a share, and writes none', async () => {
    const tried = put('tried', { dryRun: true });
    const { payload } = await mutate<SharePayload>(world, tried, share);
    expect(payload).toMatchObject({ created: true, share: { author: owner, etag: null } });
    const absent = await world.as('owner').get('/v1/namespaces/pay/shares/tried');
    expect(absent.status).toBe(404);
  });

  it('leaves what is there, and its id to the object itself', async () => {
    const name = await world.share();
    const spec = shareOf({ keys: ['user'] });
    const tried = await mutate<SharePayload>(world, put(name, { spec, dryRun: true }), share);
    const kept = write('deleteSecretShare', name, { dryRun: true });
    expect((await mutate(world, kept, 'deletedId')).payload).toEqual({ deletedId: null });
    const only = write('deleteSecretImport', name, { as: 'importer', dryRun: true });
    expect((await mutate(world, only, 'deletedId')).payload).toEqual({ deletedId: null });
    const renamed = importOf(name, { keys: [{ name: 'password', as: 'other' }] });
    const other = putImport(name, { spec: renamed, dryRun: true });
    expect((await mutate<ImportPayload>(world, other, imported)).payload?.import.etag).toBeNull();
    expect((await world.read(name)).text).toBe('shared-value');
    const written = await mutate<SharePayload>(world, put(name), share);
    expect(tried.payload?.share.id).not.toBe(written.payload?.share.id);
  });
});

const refused: readonly (readonly [string, string, (name: string) => SharingWrite])[] = [
  ['a share without the right to it', 'Forbidden', (name) => put(name, { as: 'importer' })],
  [
    'a share of a key that the author may not read',
    'Forbidden',
    (name) => put(name, { as: 'keyOwner', spec: shareOf({ keys: ['user'] }) }),
  ],
  [
    'a rotation at the end, by an author who may not start it',
    'Forbidden',
    (name) => put(name, { as: 'keyOwner', spec: shareOf({ onRevoke: 'rotate' }) }),
  ],
  [
    'a share with its own namespace',
    'Invalid',
    (name) => put(name, { spec: shareOf({ to: [{ namespace: 'pay' }] }) }),
  ],
  [
    'a spec that breaks rules',
    'Invalid',
    (name) => put(name, { spec: shareOf({ keys: ['a', 'a'], expiresAt: 'soon' }) }),
  ],
  ['a name that is none', 'BadRequest', () => put('No_Name')],
  ['a share that is there', 'AlreadyExists', (name) => put(name, { ifNoneMatch: '*' })],
  ['another state than the present one', 'Conflict', (name) => put(name, { ifMatch: '"a.1"' })],
  ['a condition without a meaning', 'BadRequest', (name) => put(name, { ifNoneMatch: '"a.1"' })],
  [
    'a deletion of another state',
    'Conflict',
    (name) => write('deleteSecretShare', name, { ifMatch: '"a.1"' }),
  ],
  ['a deletion of nothing', 'NotFound', () => write('deleteSecretShare', 'absent')],
  [
    'a deletion without the right',
    'Forbidden',
    (name) => write('deleteSecretShare', name, { as: 'reader' }),
  ],
  [
    'a revocation without the right',
    'Forbidden',
    (name) => write('revokeSecretShare', name, { as: 'keyOwner' }),
  ],
  [
    'a revocation for a namespace that has nothing',
    'Invalid',
    (name) => write('revokeSecretShare', name, { consumer: 'web' }),
  ],
  ['a revocation of nothing', 'NotFound', () => write('revokeSecretShare', 'absent')],
  ['an import without the right to it', 'Forbidden', (name) => putImport(name, { as: 'reader' })],
  [
    'a copy without the right to its target',
    'Forbidden',
    (name) =>
      putImport(name, { spec: importOf(name, { target: { secretName: 'db' }, repair: true }) }),
  ],
  ['an import that is there', 'AlreadyExists', (name) => putImport(name, { ifNoneMatch: '*' })],
  [
    'a deletion of an import without the right',
    'Forbidden',
    (name) => write('deleteSecretImport', name, { as: 'reader' }),
  ],
];

describe('both transports refuse with one code, sentence and event', () => {
  it.each(refused)('%s: %s', async (_what, code, of) => {
    const name = await world.share();
    const [rest, graphql] = await refusals(world, of(name));
    expect(rest.code).toBe(code);
    expect(rest.events).toHaveLength(1);
    expect(graphql).toEqual(rest);
    await eventually(async () => expect((await world.read(name)).text).toBe('shared-value'));
  });
});
