import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AuditService } from '../../../src/audit/audit.service.js';
import { shareLimits } from '../../../src/core/share-limits.js';
import { ImportStreamQuota } from '../../../src/shares/watch/import-stream-quota.js';
import { changeLimits } from '../../support/changed-limits.js';
import { partOf } from '../../support/part-of.js';
import { allOfSecrets } from '../../support/gateway.js';
import { RestCaller } from '../../support/rest-caller.js';
import { send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { eventually, virtual } from '../../support/tokens-world.js';
import { EventReader } from '../secrets/event-reader.js';
import { importOf, shareOf, SharingWorld } from './sharing-world.js';

/** What docs/share-a-secret.md promises, in milliseconds after the acknowledgement. */
const TOLD_WITHIN_MS = 2_000;
const path = '/v1/namespaces/shop/imports';
const wantsEvents = { accept: 'text/event-stream' };
const rbac = (namespace: string) => `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;

let world: SharingWorld;
let base: string;
let watcher: string;
let opened: EventReader[] = [];

beforeAll(async () => {
  world = await SharingWorld.start();
  [base = ''] = await world.installation.gateway.listen();
  watcher = await newWatcher('watcher');
  // API servers learn of roles at different times.
  await eventually(() => world.share());
  await removeImports();
});
afterAll(() => world?.stop());
afterEach(async () => {
  for (const reader of opened) reader.close();
  opened = [];
  await removeImports();
});

/** Each test begins without imports. */
async function removeImports(): Promise<void> {
  for (const { name } of (await world.as('importer').get(path)).body.items) {
    await world.as('importer').delete(`${path}/${name}`);
  }
}

/** A user with the right to watch imports alone, once it is known. */
async function newWatcher(name: string): Promise<string> {
  const token = await world.installation.user('shop', name, [virtual('secretimports', 'watch')]);
  await eventually(async () => {
    const answer = await send(base, { method: 'HEAD', path, token, headers: wantsEvents });
    if (answer.status !== 200) throw new Error(`${answer.status}`);
  });
  return token;
}

async function open(token = watcher): Promise<EventReader> {
  const reader = await EventReader.open({ base, path, token });
  opened.push(reader);
  expect(reader.status).toBe(200);
  return reader;
}

/** The state of the latest event about an import, and its validator. */
function latest(reader: EventReader, name: string) {
  const { data } = reader.events.findLast(({ data: { name: of } }) => of === name) ?? {};
  return data;
}

/** Waits until the stream says this of an import; returns how long that took. */
async function told(reader: EventReader, name: string, state: string): Promise<number> {
  const began = performance.now();
  await eventually(() => {
    const now = latest(reader, name)?.state;
    if (now !== state) throw new Error(`${name} is ${now}: ${reader.lines.join(', ')}`);
  });
  return performance.now() - began;
}

describe('a stream of imports', () => {
  it('begins with each import and a bookmark, and has what is read with its validator', async () => {
    const name = await world.share();
    await world.as('importer').put(`${path}/z-lost`, importOf('absent'));
    const reader = await open();
    await reader.tells([`added ${name}`, 'added z-lost', 'bookmark']);
    const { headers } = await world.as('reader').get(`${path}/${name}/values`);
    const { body } = await world.as('importer').get(`${path}/z-lost`);
    expect(reader.events.map(({ data }) => data)).toEqual([
      {
        ...{ namespace: 'shop', name, uid: expect.any(String), state: 'Ready' },
        etag: headers['etag'],
      },
      {
        ...{ namespace: 'shop', name: 'z-lost', uid: expect.any(String), state: 'NotGranted' },
        etag: (await world.as('importer').get(`${path}/z-lost`)).headers['etag'],
      },
      {},
    ]);
    expect(body['state']).toBe('NotGranted');
    expect(reader.text).not.toMatch(/shared-value|"pay"|"db"|password/);
    expect(reader.headers).toMatchObject({
      ...{ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
    });
  });

  it('follows imports: new, changed, deleted', async () => {
    const reader = await open();
    await reader.tells(['bookmark']);
    const name = await world.share();
    await told(reader, name, 'Ready');
    const before = latest(reader, name)?.etag;
    const keys = [{ name: 'password', as: 'other' }];
    await world.as('importer').put(`${path}/${name}`, importOf(name, { keys }));
    await eventually(() => {
      if (latest(reader, name)?.etag === before) throw new Error('not modified');
    });
    await world.as('importer').delete(`${path}/${name}`);
    await eventually(() => {
      if (reader.lines.at(-1) !== `deleted ${name}`) throw new Error(reader.lines.join(', '));
    });
  });

  it('has another validator after a change of the share, and of the Secret', async () => {
    await seedSecret(world.installation, 'pay', 'streamed', { password: 'first', user: 'u' });
    const name = await world.share({ secretName: 'streamed' });
    const reader = await open();
    await told(reader, name, 'Ready');
    const tags = [latest(reader, name)?.etag];
    const changes = [
      () =>
        world
          .as('owner')
          .put(
            `/v1/namespaces/pay/shares/${name}`,
            shareOf({ secretName: 'streamed', keys: ['password', 'user'] }),
          ),
      () => world.as('owner').put('/v1/namespaces/pay/secrets/streamed/keys/password', 'second'),
    ];
    for (const change of changes) {
      expect((await change()).status).toBe(200);
      await eventually(() => {
        const { etag, state } = latest(reader, name) ?? {};
        if (state !== 'Ready' || tags.includes(etag)) throw new Error('no other validator');
        tags.push(etag);
      });
    }
    expect(new Set(tags).size).toBe(3);
  });

  it.each([
    ['a revocation for all', (share: string) => world.as('owner').post(`${share}/revoke`, {})],
    [
      'a revocation for the namespace',
      (share: string) => world.as('owner').post(`${share}/revoke`, { namespace: 'shop' }),
    ],
    ['a deletion of the share', (share: string) => world.as('owner').delete(share)],
    [
      'a deletion past the gateway',
      (share: string) => {
        const url = share.replace('/v1/', '/apis/sallyport.dev/v1alpha1/');
        return world.installation.cluster.request(
          'DELETE',
          url.replace('/shares', '/secretshares'),
        );
      },
    ],
  ])('says within two seconds that nothing is granted after %s', async (_what, end) => {
    const name = await world.share();
    const reader = await open();
    await told(reader, name, 'Ready');
    expect([200, 204]).toContain((await end(`/v1/namespaces/pay/shares/${name}`)).status);
    expect(await told(reader, name, 'NotGranted')).toBeLessThan(TOLD_WITHIN_MS);
    expect(reader.lines.at(-1)).toBe(`modified ${name}`);
  });

  it('is about what its caller gets, not others', async () => {
    const subjects = [{ kind: 'ServiceAccount', name: 'watcher' }];
    const name = await world.share({ to: [{ namespace: 'shop', subjects }] });
    await told(await open(), name, 'Ready');
    await told(await open(await newWatcher('stranger')), name, 'NotGranted');
  });

  it('says of an expiry', async () => {
    const expiresAt = new Date(Date.now() + 3_000).toISOString();
    const name = await world.share({ expiresAt });
    const reader = await open();
    await told(reader, name, 'Ready');
    await told(reader, name, 'NotGranted');
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt));
  });

  it('says of a right that the author lost', async () => {
    const rules = [virtual('secretshares', 'create'), allOfSecrets];
    const token = await world.installation.user('pay', 'author', rules);
    const author = new RestCaller(world.installation.gateway.fastify, token);
    await eventually(async () => {
      const { status, text } = await author.put('/v1/namespaces/pay/shares/authored', shareOf());
      if (status !== 201) throw new Error(text);
    });
    await world.as('importer').put(`${path}/authored`, importOf('authored'));
    const reader = await open();
    await told(reader, 'authored', 'Ready');
    const binding = `${rbac('pay')}/rolebindings/pay-author`;
    expect((await world.installation.cluster.request('DELETE', binding)).status).toBe(200);
    expect(await told(reader, 'authored', 'NotGranted')).toBeLessThan(10_000);
  });
});

describe('a stream of imports ends', () => {
  it('with the right, on record with the reason', async () => {
    const token = await newWatcher('leaver');
    const reader = await open(token);
    await reader.tells(['bookmark']);
    const binding = `${rbac('shop')}/rolebindings/shop-leaver`;
    expect((await world.installation.cluster.request('DELETE', binding)).status).toBe(200);
    await reader.ended;
    expect(reader.isComplete).toBe(true);
    const { items } = await partOf(world.installation.gateway, AuditService).list({});
    const id = reader.headers['audit-id'];
    const events = items.filter(({ auditId, parentId }) => auditId === id || parentId === id);
    expect(events.toReversed()).toMatchObject([
      { action: 'imports.watch', namespace: 'shop', outcome: 'allowed' },
      { decisionReason: 'the stream has ended: the right is gone' },
    ]);
    const again = await send(base, { path, token, headers: wantsEvents });
    expect(again.status).toBe(403);
  });
});

describe('a stream of imports is refused', () => {
  const refusal = async (token: string, query = '') => {
    const answer = await send(base, { path: `${path}${query}`, token, headers: wantsEvents });
    return [answer.status, answer.json()['code']];
  };

  it('without the right to watch, which no other right replaces', async () => {
    const rules = [virtual('secretimports', 'get', 'list')];
    const token = await world.installation.user('shop', 'lister', rules);
    await eventually(async () => {
      const { status } = await send(base, { path, token });
      if (status !== 200) throw new Error('not yet');
    });
    expect(await refusal(token)).toEqual([403, 'Forbidden']);
  });

  it('with a parameter of a list', async () => {
    expect(await refusal(watcher, '?limit=1')).toEqual([400, 'BadRequest']);
  });

  it('beyond the number of streams of a user', async () => {
    const places = partOf(world.installation.gateway, ImportStreamQuota);
    const principal = { username: 'system:serviceaccount:shop:watcher', token: undefined };
    const caller = { principal, sourceIp: '192.0.2.1' };
    const taken = places.take(caller, { count: shareLimits.importStreamsPerUserMax });
    expect(await refusal(watcher)).toEqual([429, 'TooManyRequests']);
    taken.release();
    await (await open()).tells(['bookmark']);
  });

  describe('in a namespace with more imports than a stream sends', () => {
    changeLimits([shareLimits], { streamedImportsMax: 0 });

    it('as too large', async () => {
      await world.share();
      expect(await refusal(watcher)).toEqual([413, 'TooLarge']);
    });
  });
});
