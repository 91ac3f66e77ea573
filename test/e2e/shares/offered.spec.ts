import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAuditor, seedSecret } from '../../support/seed.js';
import { eventually } from '../../support/tokens-world.js';
import {
  namesIn,
  offer,
  offeredNames,
  offers,
  recreateNamespace,
  serveNamespace,
} from './offered-world.js';
import { importOf, SharingWorld } from './sharing-world.js';

const FUTURE = '2099-01-01T00:00:00Z';

interface GraphqlOffers {
  readonly offeredShares: {
    readonly nodes: readonly { readonly from: { readonly share: string } }[];
    readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
  };
}

let world: SharingWorld;

beforeAll(async () => {
  world = await SharingWorld.start();
});
afterAll(() => world?.stop());

/** Waits until a share is offered to shop no more. */
async function ended(name: string): Promise<void> {
  await eventually(async () => expect(await offeredNames(world)).not.toContain(name));
}

const ownerPath = (name: string) => `/v1/namespaces/pay/shares/${name}`;

describe('a consumer sees', () => {
  it('what is offered to its namespace, and can import it', async () => {
    await seedSecret(world.installation, 'pay', 'hidden-name', { password: 'shared-value' });
    const spec = { secretName: 'hidden-name', expiresAt: FUTURE };
    const name = await offer(world, 'seen', spec);
    const answer = await eventually(async () => {
      const found = await offers(world);
      expect(namesIn(found)).toContain(name);
      return found;
    });
    expect(answer.body.items).toContainEqual({
      from: { namespace: 'pay', share: name },
      keys: ['password'],
      expiresAt: FUTURE,
      delivery: ['live'],
      subjects: 'All',
    });
    expect(answer.text).not.toMatch(/hidden-name|shared-value|owner/);
    const from = answer.body.items[namesIn(answer).indexOf(name)]?.['from'];
    const path = '/v1/namespaces/shop/imports/seen';
    expect((await world.as('importer').put(path, { from })).status).toBe(201);
    expect((await world.read('seen')).text).toBe('shared-value');
  });

  it('the same over GraphQL', async () => {
    const subjects = [{ kind: 'ServiceAccount', name: 'importer' }];
    const name = await offer(world, 'graph', { to: [{ namespace: 'shop', subjects }] });
    const query = `{ offeredShares(namespace: "shop") { nodes {
      from { namespace share } keys expiresAt delivery subjects } } }`;
    const { body } = await world.as('importer').post('/graphql', { query });
    const data = body['data'] as { offeredShares: { nodes: readonly object[] } }; // by the query
    expect(data.offeredShares.nodes).toContainEqual({
      from: { namespace: 'pay', share: name },
      keys: ['password'],
      expiresAt: null,
      delivery: ['LIVE'],
      subjects: 'NAMED',
    });
  });

  it('an event of it in the trail of its own namespace alone', async () => {
    await makeAuditor(world.installation, 'shop', 'importer');
    const { headers } = await offers(world);
    await eventually(async () => {
      const path = `/v1/audit/events?auditId=${headers['audit-id']}`;
      const { body } = await world.as('importer').get(path);
      expect(body.items).toHaveLength(1);
      expect(body.items[0]).toMatchObject({ action: 'imports.get', namespace: 'shop', code: 200 });
    });
  });
});

describe('a consumer does not see', () => {
  it('a share with other namespaces, and of a common one only its own part', async () => {
    const subjects = [{ kind: 'User', name: 'jane' }];
    const other = await offer(world, 'for-web', { to: [{ namespace: 'web' }] });
    const to = [{ namespace: 'shop' }, { namespace: 'web', subjects }];
    const both = await offer(world, 'for-both', { to });
    const shop = await offers(world);
    expect(namesIn(shop)).toContain(both);
    expect(shop.text).not.toMatch(/for-web|jane|"web"/);
    const web = await offeredNames(world, { as: 'outsider', namespace: 'web' });
    expect(web).toEqual([other]);
  });

  it('a share whose subjects it is not one of', async () => {
    const named = (kind: string, name: string) => ({
      to: [{ namespace: 'shop', subjects: [{ kind, name }] }],
    });
    await offer(world, 'for-reader', named('ServiceAccount', 'reader'));
    await offer(world, 'for-user', named('User', 'importer'));
    await offer(world, 'for-account', named('User', 'system:serviceaccount:shop:importer'));
    await offer(world, 'for-group', named('Group', 'system:serviceaccounts:shop'));
    const names = await offeredNames(world);
    expect(names).toEqual(expect.arrayContaining(['for-account', 'for-group']));
    expect(names.filter((name) => ['for-reader', 'for-user'].includes(name))).toEqual([]);
  });

  it('a share that has expired, was revoked for all or for it, or was deleted', async () => {
    const expiresAt = new Date(Date.now() + 2_000).toISOString();
    await offer(world, 'short', { expiresAt });
    for (const name of ['all', 'part', 'deleted']) await offer(world, name);
    expect(await offeredNames(world)).toEqual(
      expect.arrayContaining(['all', 'deleted', 'part', 'short']),
    );
    const owner = world.as('owner');
    expect((await owner.post(`${ownerPath('all')}/revoke`, {})).status).toBe(200);
    const revoked = await owner.post(`${ownerPath('part')}/revoke`, { namespace: 'shop' });
    expect(revoked.status).toBe(200);
    expect((await owner.delete(ownerPath('deleted'))).status).toBe(204);
    const now = await offeredNames(world);
    expect(now.filter((name) => ['all', 'part', 'deleted'].includes(name))).toEqual([]);
    await ended('short');
  });

  it('a share that delivers nothing, by its Secret or its namespace', async () => {
    await seedSecret(world.installation, 'pay', 'credential', { password: 'harmless' });
    await offer(world, 'no-secret', { secretName: 'missing' });
    await offer(world, 'becomes', { secretName: 'credential' });
    const stated = { namespace: 'shop', namespaceUID: 'uid-of-before' };
    await offer(world, 'before', { to: [stated] });
    await offer(world, 'copy-only', { delivery: ['copy'] });
    await eventually(async () => expect(await offeredNames(world)).toContain('becomes'));
    const claims = Buffer.from('{"sub":"system:serviceaccount:pay:x"}').toString('base64url');
    const path = '/v1/namespaces/pay/secrets/credential/keys/other';
    const jwt = `eyJhbGciOiJSUzI1NiJ9.${claims}.c2ln`;
    expect((await world.as('owner').put(path, jwt)).status).toBe(201);
    await ended('becomes');
    const names = await offeredNames(world);
    const hidden = ['no-secret', 'before'];
    expect(names.filter((name) => hidden.includes(name))).toEqual([]);
    expect(names).toContain('copy-only');
  });

  it('a share whose author has lost the right to the key', async () => {
    const spec = { secretName: 'db', keys: ['password'], to: [{ namespace: 'shop' }] };
    expect((await world.as('keyOwner').put(ownerPath('by-key'), spec)).status).toBe(201);
    expect(await offeredNames(world)).toContain('by-key');
    const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/pay/rolebindings/pay-keyowner';
    expect((await world.installation.cluster.request('DELETE', path)).status).toBe(200);
    await ended('by-key');
  });

  it('a share that the namespace before it of its name has used', async () => {
    await serveNamespace(world, 'tenant');
    const used = await offer(world, 'used', { to: [{ namespace: 'tenant' }] });
    const unused = await offer(world, 'unused', { to: [{ namespace: 'tenant' }] });
    const importPath = '/v1/namespaces/tenant/imports/used';
    expect((await world.as('importer').put(importPath, importOf(used))).status).toBe(201);
    const read = await world.as('importer').get(`${importPath}/keys/password`);
    expect(read.status).toBe(200);
    const namespace = 'tenant';
    expect(await offeredNames(world, { namespace })).toEqual([unused, used]);
    await recreateNamespace(world, namespace);
    expect(await offeredNames(world, { namespace })).toEqual([unused]);
  });
});

describe('a caller without the right to list', () => {
  it('gets 403 before anything, whatever is offered and whatever it sends', async () => {
    await offer(world, 'secretly', { to: [{ namespace: 'shop' }] });
    for (const as of ['reader', 'nobody', 'outsider'] as const) {
      const answer = await offers(world, { as });
      const wrong = await offers(world, { as, query: '&continue=wrong' });
      expect([answer.status, wrong.status]).toEqual([403, 403]);
      expect(wrong.body.detail).toBe(answer.body.detail);
      expect(answer.text).not.toContain('secretly');
    }
    const absent = await offers(world, { as: 'reader', namespace: 'absent' });
    const shop = await offers(world, { as: 'reader' });
    expect(absent.status).toBe(403);
    expect(absent.body.detail.replaceAll('absent', 'shop')).toBe(shop.body.detail);
  });

  it('gets null and Forbidden over GraphQL', async () => {
    const query = '{ offeredShares(namespace: "shop") { nodes { keys } } }';
    const { body } = await world.as('reader').post('/graphql', { query });
    expect(body['data']).toEqual({ offeredShares: null });
    expect(body.errors).toMatchObject([{ extensions: { code: 'Forbidden' } }]);
  });
});

describe('a namespace to which nothing is offered', () => {
  it('gets an empty list, as if there were no shares at all', async () => {
    await serveNamespace(world, 'quiet');
    await offer(world, 'loud');
    const { body } = await offers(world, { namespace: 'quiet' });
    expect(body).toEqual({ items: [] });
  });
});

describe('pages', () => {
  it('follow each other, and name nothing that is not offered in their cursors', async () => {
    const named = ['page-a', 'page-b', 'page-c', 'page-d', 'page-e'];
    for (const name of named) await offer(world, name);
    await offer(world, 'page-bb', { secretName: 'missing' });
    const whole = await offeredNames(world);
    expect(whole.filter((name) => name.startsWith('page-'))).toEqual(named);
    for (const limit of [1, 2]) {
      const names: string[] = [];
      const cursors: string[] = [];
      let query = `&limit=${limit}`;
      for (;;) {
        const answer = await offers(world, { query });
        const { continue: cursor } = answer.body;
        names.push(...namesIn(answer));
        if (cursor === undefined) break;
        cursors.push(Buffer.from(cursor, 'base64url').toString());
        query = `&limit=${limit}&continue=${cursor}`;
      }
      expect(names).toEqual(whole);
      expect(cursors.join('\n')).not.toMatch(/page-bb|no-secret|before|for-web/);
    }
  });

  it('of one namespace by the cursor of another have only its own shares', async () => {
    for (const name of ['web-a', 'web-b']) await offer(world, name, { to: [{ namespace: 'web' }] });
    const asWeb = { as: 'outsider', namespace: 'web' } as const;
    const { body } = await offers(world, { ...asWeb, query: '&limit=1' });
    const all = await offeredNames(world);
    const answer = await offers(world, { query: `&continue=${body.continue}` });
    expect(all).toEqual(expect.arrayContaining([...namesIn(answer)]));
    expect(answer.text).not.toContain('web-');
    const wrong = await offers(world, { query: '&continue=wrong' });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'BadRequest']);
  });

  it('are connections over GraphQL, with the cursors of REST', async () => {
    const names: string[] = [];
    let after = '';
    for (;;) {
      const query = `{ offeredShares(namespace: "shop", first: 3${after}) {
        nodes { from { share } } pageInfo { endCursor hasNextPage } } }`;
      const { body } = await world.as('importer').post('/graphql', { query });
      const { nodes, pageInfo } = (body['data'] as GraphqlOffers).offeredShares; // by the query
      names.push(...nodes.map(({ from }) => from.share));
      if (!pageInfo.hasNextPage) break;
      const rest = await offers(world, { query: `&continue=${pageInfo.endCursor}` });
      expect([...names, ...namesIn(rest)]).toEqual(await offeredNames(world));
      after = `, after: "${pageInfo.endCursor}"`;
    }
    expect(names).toEqual(await offeredNames(world));
  });
});
