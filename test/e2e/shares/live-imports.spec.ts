import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAuditor, seedSecret } from '../../support/seed.js';
import { eventually } from '../../support/tokens-world.js';
import { type Caller, importOf, shareOf, SharingWorld } from './sharing-world.js';

const NOT_GRANTED = /^the import "[a-z0-9-]+" is not there, or nothing is granted to it$/;

let world: SharingWorld;

beforeAll(async () => {
  world = await SharingWorld.start();
});
afterAll(() => world?.stop());

/** Throws unless a read gets the one answer for what is not granted. */
async function ended(name: string, as: Caller = 'reader'): Promise<void> {
  const { status, body, text } = await world.read(name, { as });
  const isEnded = status === 404 && NOT_GRANTED.test(body.detail);
  if (!isEnded || text.includes('shared-value')) throw new Error(`${status}: ${text}`);
}

describe('an import that a share offers', () => {
  it('gives one value as bytes, and all values in every format', async () => {
    const name = await world.share({ keys: ['password', 'user'] });
    const key = await world.read(name);
    expect([key.status, key.text]).toEqual([200, 'shared-value']);
    const path = `/v1/namespaces/shop/imports/${name}/values`;
    const values = await world.as('reader').get(path);
    expect(values.body).toEqual({ [name]: { password: 'shared-value', user: 'app' } });
    const env = await world.as('reader').get(`${path}?format=dotenv`);
    expect(env.text).toBe('password=shared-value\nuser=app\n');
  });

  it('gives keys under the names of the import, and no other key', async () => {
    const keys = [{ name: 'password', as: 'PGPASSWORD' }, { name: 'user' }];
    const name = await world.share({}, { keys });
    expect((await world.read(name, { key: 'PGPASSWORD' })).text).toBe('shared-value');
    for (const key of ['password', 'user']) {
      expect((await world.read(name, { key })).status).toBe(404);
    }
    const values = await world.as('reader').get(`/v1/namespaces/shop/imports/${name}/values`);
    expect(values.body).toEqual({ [name]: { PGPASSWORD: 'shared-value' } });
  });

  it('is the same from the cluster as from the cache', async () => {
    const name = await world.share();
    const path = `/v1/namespaces/shop/imports/${name}/keys/password?consistency=strong`;
    expect((await world.as('reader').get(path)).text).toBe('shared-value');
  });

  it('is not sent again to who has it, until the Secret or a side changes', async () => {
    const name = await world.share();
    const { headers } = await world.read(name);
    const has = { 'if-none-match': headers['etag'] ?? '' };
    expect((await world.read(name, { headers: has })).status).toBe(304);
    expect((await world.read(name, { headers: { 'if-match': '"other"' } })).status).toBe(412);
    const share = `/v1/namespaces/pay/shares/${name}`;
    await world.as('owner').put(share, shareOf({ keys: ['password', 'user'] }));
    expect((await world.read(name, { headers: has })).status).toBe(200);
  });

  it('follows the Secret', async () => {
    const name = await world.share({ secretName: 'follows' }).catch(() => undefined);
    expect(name).toBeDefined();
    await seedSecret(world.installation, 'pay', 'follows', { password: 'first' });
    await eventually(async () => {
      expect((await world.read(name ?? '')).text).toBe('first');
    });
    const path = '/v1/namespaces/pay/secrets/follows/keys/password';
    expect((await world.as('owner').put(path, 'second')).status).toBe(200);
    expect((await world.read(name ?? '')).text).toBe('second');
  });
});

describe('a read that waits', () => {
  const waiting = async (name: string, seconds = 20) => {
    const { headers } = await world.read(name);
    const path = `/v1/namespaces/shop/imports/${name}/keys/password?waitSeconds=${seconds}`;
    const has = { 'if-none-match': headers['etag'] ?? '' };
    const began = performance.now();
    const answer = await world.as('reader').get(path, has);
    return { answer, tookMs: performance.now() - began };
  };

  it('ends with the new value, or with 304 at the end of its time', async () => {
    await seedSecret(world.installation, 'pay', 'waits', { password: 'first' });
    const name = await world.share({ secretName: 'waits' });
    await eventually(async () => {
      if ((await world.read(name)).status !== 200) throw new Error('not yet');
    });
    const change = setTimeout(
      () => void world.as('owner').put('/v1/namespaces/pay/secrets/waits/keys/password', 'second'),
      200,
    );
    const { answer } = await waiting(name);
    clearTimeout(change);
    expect([answer.status, answer.text]).toEqual([200, 'second']);
    expect((await waiting(name, 1)).answer.status).toBe(304);
  });

  it('ends with 404 at once after the end of the share', async () => {
    const name = await world.share();
    const path = `/v1/namespaces/pay/shares/${name}/revoke`;
    setTimeout(() => void world.as('owner').post(path, {}), 200);
    const { answer, tookMs } = await waiting(name);
    expect(answer.status).toBe(404);
    expect(tookMs).toBeLessThan(10_000);
  });

  it('needs the tag of what the caller has', async () => {
    const name = await world.share();
    const path = `/v1/namespaces/shop/imports/${name}/values?waitSeconds=5`;
    expect((await world.as('reader').get(path)).status).toBe(400);
  });
});

describe('an import gets nothing', () => {
  it('for a caller without the right to it: 403 before any look-up', async () => {
    const name = await world.share();
    const denied = await world.read(name, { as: 'nobody' });
    expect(denied.status).toBe(403);
    expect((await world.read('none', { as: 'nobody' })).body.detail).toBe(
      denied.body.detail.replaceAll(name, 'none'),
    );
  });

  it('for a subject that the share does not name', async () => {
    const subjects = [{ kind: 'ServiceAccount', name: 'reader' }];
    const name = await world.share({ to: [{ namespace: 'shop', subjects }] });
    expect((await world.read(name)).status).toBe(200);
    await ended(name, 'other');
  });

  it('in a namespace that the share does not name', async () => {
    const name = await world.share();
    const path = '/v1/namespaces/web/imports/stolen';
    expect((await world.as('outsider').put(path, importOf(name))).status).toBe(201);
    const answer = await world.as('outsider').get(`${path}/keys/password`);
    expect([answer.status, NOT_GRANTED.test(answer.body.detail)]).toEqual([404, true]);
  });

  it('where there is no import, no share, no Secret, or no such namespace', async () => {
    await ended('absent');
    const name = await world.share();
    const path = `/v1/namespaces/shop/imports/${name}`;
    for (const from of [
      { namespace: 'pay', share: 'absent' },
      { namespace: 'unserved', share: name },
      { namespace: 'kube-system', share: name },
    ]) {
      await world.as('importer').delete(path);
      expect((await world.as('importer').put(path, { from })).status).toBe(201);
      await ended(name);
    }
    await ended(await world.share({ secretName: 'missing' }));
  });

  it('after its expiry', async () => {
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const name = await world.share({ expiresAt });
    expect((await world.read(name)).status).toBe(200);
    await eventually(() => ended(name));
  });

  it('of a Secret that was recreated, unless the share follows it', async () => {
    await seedSecret(world.installation, 'pay', 'again', { password: 'first' });
    const stops = await world.share({ secretName: 'again' });
    const follows = await world.share({ secretName: 'again', onRecreate: 'follow' });
    for (const name of [stops, follows]) {
      await eventually(async () => expect((await world.read(name)).text).toBe('first'));
    }
    await world.as('owner').delete('/v1/namespaces/pay/secrets/again');
    await seedSecret(world.installation, 'pay', 'again', { password: 'second' });
    await eventually(async () => expect((await world.read(follows)).text).toBe('second'));
    await ended(stops);
  });

  it('of a credential of the cluster, also if it becomes one later', async () => {
    const claims = Buffer.from('{"sub":"system:serviceaccount:pay:x"}').toString('base64url');
    const jwt = `eyJhbGciOiJSUzI1NiJ9.${claims}.c2ln`;
    await seedSecret(world.installation, 'pay', 'becomes', { password: 'harmless' });
    const name = await world.share({ secretName: 'becomes' });
    await eventually(async () => expect((await world.read(name)).text).toBe('harmless'));
    await world.as('owner').put('/v1/namespaces/pay/secrets/becomes/keys/other', jwt);
    await eventually(() => ended(name));
  });
});

describe('a share ends', () => {
  it('at once by its revocation, for one namespace or for all, and for ever', async () => {
    const one = await world.share({ to: [{ namespace: 'shop' }, { namespace: 'web' }] });
    const all = await world.share();
    expect((await world.read(one)).status).toBe(200);
    const path = `/v1/namespaces/pay/shares/${one}`;
    const foreign = await world.as('owner').post(`${path}/revoke`, { namespace: 'pay' });
    expect(foreign.status).toBe(422);
    const revoked = await world.as('owner').post(`${path}/revoke`, { namespace: 'shop' });
    expect([revoked.status, revoked.body['state']]).toEqual([200, 'Active']);
    await ended(one);
    const whole = await world.as('owner').post(`/v1/namespaces/pay/shares/${all}/revoke`, {});
    expect([whole.status, whole.body['state']]).toEqual([200, 'Revoked']);
    await ended(all);
    const back = await world.as('owner').put(`/v1/namespaces/pay/shares/${all}`, shareOf());
    expect(back.status).toBe(422);
    await ended(all);
  });

  it('at once by its deletion, and is told like a share that never was', async () => {
    const name = await world.share();
    expect((await world.read(name)).status).toBe(200);
    const path = `/v1/namespaces/pay/shares/${name}`;
    expect((await world.as('owner').delete(path)).status).toBe(204);
    await ended(name);
  });

  it('when its author loses the right to the key', async () => {
    const path = '/v1/namespaces/pay/shares/by-key';
    expect((await world.as('keyOwner').put(path, shareOf({ keys: ['user'] }))).status).toBe(403);
    expect((await world.as('keyOwner').put(path, shareOf())).status).toBe(201);
    const imported = '/v1/namespaces/shop/imports/by-key';
    await world.as('importer').put(imported, importOf('by-key'));
    expect((await world.read('by-key')).text).toBe('shared-value');
    const role = '/apis/rbac.authorization.k8s.io/v1/namespaces/pay/rolebindings/pay-keyowner';
    await world.installation.cluster.request('DELETE', role);
    await eventually(() => ended('by-key'));
    const shown = await world.as('owner').get(path);
    expect(shown.body).toMatchObject({ state: 'Suspended', reason: 'AuthorLostRight' });
  });
});

describe('both sides see', () => {
  it('the owner: who uses a share, and since when', async () => {
    const name = await world.share();
    const path = `/v1/namespaces/pay/shares/${name}`;
    expect((await world.as('owner').get(path)).body['consumers']).toEqual([]);
    await world.read(name);
    const { body } = await world.as('owner').get(path);
    expect(body).toMatchObject({
      state: 'Active',
      author: 'system:serviceaccount:pay:owner',
      consumers: [{ namespace: 'shop', imports: 1, since: expect.any(String) }],
    });
    const put = await world.as('owner').put(path, body);
    expect(put.status).toBe(200);
  });

  it('the consumer: whether values come, and nothing of the other side', async () => {
    const name = await world.share();
    const path = `/v1/namespaces/shop/imports/${name}`;
    const { body } = await world.as('importer').get(path);
    expect(body).toMatchObject({ name, from: { namespace: 'pay', share: name }, state: 'Ready' });
    expect(JSON.stringify(body)).not.toContain('secretName');
    await world.as('owner').post(`/v1/namespaces/pay/shares/${name}/revoke`, {});
    expect((await world.as('importer').get(path)).body['state']).toBe('NotGranted');
  });

  it('the same: that no key comes, if the Secret has none of them', async () => {
    const spec = shareOf({ keys: ['nothing'] });
    const path = '/v1/namespaces/pay/shares/without-keys';
    const dry = await world.as('owner').put(`${path}?dryRun=All`, spec);
    expect(dry.body).toMatchObject({ state: 'Suspended', reason: 'KeyMissing' });
    const put = await world.as('owner').put(path, spec);
    expect(put.body).toMatchObject({ state: 'Suspended', reason: 'KeyMissing' });
    const imports = '/v1/namespaces/shop/imports';
    const one = `${imports}/without-keys`;
    const { body } = await world.as('importer').put(one, importOf('without-keys'));
    expect(body).toMatchObject({ state: 'NotGranted' });
    expect((await world.as('importer').get(one)).body).toMatchObject({ state: 'NotGranted' });
    expect((await world.as('reader').get(`${one}/values`)).status).toBe(404);
    const offered = await world.as('importer').get(`${imports}?offered=true`);
    expect(JSON.stringify(offered.body)).not.toContain('without-keys');
  });

  it('lists by name, page by page', async () => {
    const path = '/v1/namespaces/pay/shares';
    const { body: all } = await world.as('owner').get(path);
    const { body: first } = await world.as('owner').get(`${path}?limit=2`);
    const rest = await world.as('owner').get(`${path}?continue=${first.continue}`);
    const names = [...first.items, ...rest.body.items].map(({ name }) => name);
    expect(names).toEqual(all.items.map(({ name }) => name));
    expect(names).toEqual(names.toSorted());
  });

  it('the trail: one event in each namespace, under one parent', async () => {
    const name = await world.share();
    await makeAuditor(world.installation, 'pay', 'owner');
    const events = async (query: string) =>
      (await world.as('owner').get(`/v1/audit/events?${query}`)).body.items;
    const { headers } = await world.read(name);
    const auditId = headers['audit-id'] ?? '';
    await eventually(async () => {
      const ofOwner = await events('namespace=pay&secret=db&action=secrets.reveal');
      expect(ofOwner.find((event) => event['parentId'] === auditId)).toMatchObject({
        namespace: 'pay',
        secret: 'db',
        keys: ['password'],
        user: 'system:serviceaccount:shop:reader',
        plane: 'broker',
        outcome: 'allowed',
      });
      const [own] = await events(`auditId=${auditId}`);
      expect(own).toMatchObject({ action: 'imports.reveal', namespace: 'shop', secret: name });
    });
  });
});

describe('writes', () => {
  it('need their rights, and keep the conditions of HTTP', async () => {
    const path = '/v1/namespaces/pay/shares/conditions';
    expect((await world.as('importer').put(path, shareOf())).status).toBe(403);
    const tried = await world.as('owner').put(`${path}?dryRun=All`, shareOf());
    expect([tried.status, tried.headers['etag']]).toEqual([201, undefined]);
    expect((await world.as('owner').get(path)).status).toBe(404);
    const never = { 'if-none-match': '*' };
    const { headers } = await world.as('owner').put(path, shareOf(), never);
    expect((await world.as('owner').put(path, shareOf(), never)).status).toBe(412);
    const stale = { 'if-match': '"other.1"' };
    expect((await world.as('owner').put(path, shareOf(), stale)).status).toBe(412);
    expect((await world.as('owner').delete(path, stale)).status).toBe(412);
    const now = { 'if-match': headers['etag'] ?? '' };
    expect((await world.as('owner').delete(path, now)).status).toBe(204);
    expect((await world.as('owner').delete(path)).status).toBe(404);
  });

  it('refuse what has no meaning', async () => {
    const path = '/v1/namespaces/pay/shares/wrong';
    for (const body of [
      shareOf({ to: [{ namespace: 'pay' }] }),
      shareOf({ keys: [] }),
      shareOf({ to: [] }),
      shareOf({ selector: {} }),
      shareOf({ delivery: ['push'] }),
    ]) {
      expect((await world.as('owner').put(path, body)).status).toBe(422);
    }
  });
});
