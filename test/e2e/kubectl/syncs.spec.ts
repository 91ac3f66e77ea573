import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyFiles, createNamespace } from '../../cluster/manifests.js';
import { type Answer, send } from '../../support/raw-http.js';
import {
  externalStore,
  externalStores,
  secretSync,
  syncsIn,
} from '../../support/sync-manifests.js';
import { allOfTokens, eventually, TokensWorld, virtual } from '../../support/tokens-world.js';

const namespace = 'synced';
const syncs = `/kubernetes${syncsIn(namespace)}`;
const stores = `/kubernetes${externalStores}`;
const profile = 'deploy/rbac/constrained/by-namespace';
const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const user = { namespace, name: 'operator' };

let world: TokensWorld;
let alice: string;
let operator: string;

beforeAll(async () => {
  const served = { namespaces: { served: [namespace] } };
  world = await TokensWorld.start({ ...served, sync: { enabled: false } });
  const { installation } = world;
  await createNamespace(installation.cluster, namespace);
  await applyFiles(installation.cluster, `${profile}/served-namespace.yaml`, namespace);
  alice = await installation.user(namespace, 'alice', [
    virtual('secretsyncs', ...verbs),
    { ...virtual('externalstores', 'use'), resourceNames: ['vault'] },
    {
      resources: ['serviceaccounts/token'],
      resourceNames: ['sallyport-sync'],
      verbs: ['create'],
    },
    { resources: ['secrets'], resourceNames: ['db'], verbs: ['get'] },
    allOfTokens,
  ]);
  operator = await installation.user(namespace, user.name, []);
  await world.grantEverywhere(user, 'store-operator', [virtual('externalstores', ...verbs)]);
  await eventually(() => world.mint(alice, { scope: { namespaces: [namespace] } }));
  // An API server serves a kind, and applies a policy, some time after it was created.
  await eventually(async () => {
    const probe = secretSync('probe', { direction: 'both' });
    const answers: readonly (readonly [Answer, RegExp])[] = [
      [await write('POST', `${syncs}?dryRun=All`, probe), /sallyport-sync-rights/],
      [await write('POST', `${syncs}?dryRun=All`, secretSync('probe')), /sallyport\.dev\/author/],
      [
        await write('POST', `${stores}?dryRun=All`, externalStore('probe'), operator),
        /"ExternalStore"/,
      ],
    ];
    for (const [{ text }, expected] of answers) if (!expected.test(text)) throw new Error(text);
  });
});

afterAll(() => world?.stop());

function write(method: string, path: string, body: object, token = alice): Promise<Answer> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return send(world.base, { method, path, token, headers: { 'content-type': type }, body });
}

async function actionsOf(answer: Answer): Promise<readonly string[]> {
  const events = await world.eventsOf(answer);
  return events.map(({ action, secret, outcome }) => `${action} ${secret ?? '-'} ${outcome}`);
}

describe('syncs under /kubernetes', () => {
  it('are written as the caller, whose rights admission checks, on record', async () => {
    const made = await write('POST', syncs, secretSync('mine'));
    expect(made.status).toBe(201);
    expect(await actionsOf(made)).toEqual(['syncs.update mine allowed']);
    const { metadata } = made.json() as { metadata: { annotations: Record<string, string> } };
    const author = `system:serviceaccount:${namespace}:alice`;
    expect(metadata.annotations['sallyport.dev/author']).toBe(author);
    const read = await send(world.base, { path: `${syncs}/mine`, token: alice });
    expect(await actionsOf(read)).toEqual(['syncs.get mine allowed']);
    const list = await send(world.base, { path: syncs, token: alice });
    expect(list.text).toContain('"mine"');
    expect(await actionsOf(list)).toEqual(['syncs.get - allowed']);
    const changed = await write('PATCH', `${syncs}/mine`, { spec: { onDelete: 'delete' } });
    expect(await actionsOf(changed)).toEqual(['syncs.update mine allowed']);
    const broken = await write('PATCH', `${syncs}/mine`, { spec: { firstSync: 'pull' } });
    expect(broken.status).toBe(422);
    expect(await actionsOf(broken)).toEqual(['syncs.update mine failed']);
  });

  it.each([
    ['another store', { storeName: 'other' }, 'use externalstores'],
    ['another ServiceAccount', { serviceAccountName: 'default' }, 'serviceaccounts/token'],
    ['a Secret that they may not read', { secretName: 'other' }, 'get Secret'],
    ['a pull into a Secret that they may not write', { direction: 'pull' }, 'to patch Secret'],
  ])('are refused to authors without the right to it: %s', async (_what, spec, right) => {
    const refused = await write('POST', syncs, secretSync('refused', spec));
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(right);
    expect(await actionsOf(refused)).toEqual(['syncs.update refused denied']);
    await write('POST', syncs, secretSync('kept'));
    const patched = await write('PATCH', `${syncs}/kept`, { spec });
    expect(patched.status).toBe(403);
    expect(patched.text).toContain(right);
  });

  it('have no status that a caller writes', async () => {
    const refused = await write('PATCH', `${syncs}/any/status`, { status: {} });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('the gateway alone writes the status of a sync');
  });

  it('have no author but the one who writes them', async () => {
    const annotations = { 'sallyport.dev/author': 'root' };
    const made = await write('POST', syncs, secretSync('forged', {}, { annotations }));
    expect(made.status).toBe(201);
    expect(made.text).not.toContain('"root"');
  });

  it('are not written by a token with a scope, which deletes them', async () => {
    await write('POST', syncs, secretSync('old'));
    const scope = { namespaces: [namespace], secrets: ['old', 'new'] };
    const { token } = await world.mint(alice, { scope });
    const attempts = [
      await write('POST', syncs, secretSync('new'), token),
      await write('PUT', `${syncs}/old`, secretSync('old'), token),
      await write('PATCH', `${syncs}/old`, { metadata: { labels: { a: 'b' } } }, token),
    ];
    for (const { status, text } of attempts) {
      expect(status).toBe(403);
      expect(text).toContain('forbids this: a sync acts with all rights of its author');
    }
    const deleted = await send(world.base, { method: 'DELETE', path: `${syncs}/old`, token });
    expect(deleted.status).toBe(200);
  });
});

describe('stores under /kubernetes', () => {
  it('are written as the caller, on record as objects of the cluster', async () => {
    const made = await write('POST', stores, externalStore('bao'), operator);
    expect(made.status).toBe(201);
    expect(await actionsOf(made)).toEqual(['stores.update bao allowed']);
    const [event] = await world.eventsOf(made);
    expect(event).not.toHaveProperty('namespace');
    const read = await send(world.base, { path: `${stores}/bao`, token: operator });
    expect(await actionsOf(read)).toEqual(['stores.get bao allowed']);
    const broken = await write(
      'PATCH',
      `${stores}/bao`,
      { spec: { openbao: { url: 'http://bao.example' } } },
      operator,
    );
    expect(broken.status).toBe(422);
    const deleted = await send(world.base, {
      ...{ method: 'DELETE', path: `${stores}/bao`, token: operator },
    });
    expect(await actionsOf(deleted)).toEqual(['stores.update bao allowed']);
  });

  it('are refused to who has only the right to use them', async () => {
    const attempts = [
      await send(world.base, { path: `${stores}/vault`, token: alice }),
      await send(world.base, { path: stores, token: alice }),
      await write('POST', stores, externalStore('vault')),
    ];
    for (const { status } of attempts) expect(status).toBe(403);
  });

  it('have no status', async () => {
    const refused = await write('PATCH', `${stores}/any/status`, { status: {} }, operator);
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('a store has no status');
  });
});
