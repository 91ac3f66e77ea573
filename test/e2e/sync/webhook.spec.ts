import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWebhookStore, type TestWebhookStore } from '../../services/webhook-store.js';
import { eventually } from '../../support/tokens-world.js';
import { SyncWorld } from './sync-world.js';

const audience = 'webhook-store';
const remoteName = 'k8s/pay/db';

let world: SyncWorld;
let webhook: TestWebhookStore;

const storeSpec = (auth: object = {}) => ({
  webhook: {
    url: webhook.url.origin,
    caSecret: { namespace: 'pay', name: 'webhook' },
    auth: {
      signingSecret: { namespace: 'pay', name: 'webhook', key: 'signing.key' },
      token: { audience },
      ...auth,
    },
  },
  allow: [{ namespaces: ['pay'], prefix: 'k8s/{namespace}/', directions: ['push', 'pull'] }],
  poll: '10s',
});

beforeAll(async () => {
  world = await SyncWorld.start();
  const { cluster } = world.installation;
  const { body: jwks } = await cluster.request('GET', '/openid/v1/jwks');
  webhook = await startWebhookStore({ jwks: JSON.stringify(jwks), audience });
  await cluster.request('POST', '/api/v1/namespaces/pay/secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'webhook' },
    stringData: { 'ca.crt': webhook.server.ca, 'signing.key': webhook.signingKey },
  });
  const { status, text } = await world.operator.put('/v1/stores/webhook', storeSpec());
  if (status !== 201) throw new Error(text);
});
afterAll(() => Promise.all([world?.stop(), webhook?.server.stop()]));

/** Headers of a client of the store that is in the cluster, too. */
async function headers() {
  const account = { namespace: 'pay', serviceAccount: 'sallyport-sync', audiences: [audience] };
  const token = await world.installation.cluster.createToken(account);
  return { headers: { authorization: `Bearer ${token}` } };
}

const stored = async () => {
  const { body } = await webhook.call('GET', remoteName, undefined, await headers());
  return body ?? {};
};
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a sync with a webhook store', () => {
  it('pushes a Secret as the ServiceAccount, with the mark of its owner', async () => {
    await world.putSecret('db', { user: 'app', password: 'pushed-to-webhook' });
    await world.putSync('db', { storeName: 'webhook' });
    await world.becomes('db', 'InSync');
    expect(await stored()).toMatchObject({
      values: { user: base64('app'), password: base64('pushed-to-webhook') },
      owner: expect.stringMatching(/^v1\//),
    });
  });

  it('pulls what others write there, and writes nothing then', async () => {
    const { version: expectedVersion, owner } = await stored();
    const values = { user: base64('app'), password: base64('pulled-from-webhook') };
    const body = { expectedVersion, owner, values };
    const written = await webhook.call('PUT', remoteName, body, await headers());
    await world.run('db');
    await eventually(async () => {
      expect(await world.secretValues('db')).toMatchObject({ password: 'pulled-from-webhook' });
    });
    await world.run('db');
    expect(await stored()).toMatchObject({ version: written.body?.['version'] });
  });

  it('keeps a value that a resolved conflict replaces as a version of the Secret', async () => {
    await world.operator.put('/v1/stores/webhook', { ...storeSpec(), allow: [] });
    await world.becomes('db', 'Failed');
    const { version: expectedVersion, owner } = await stored();
    const values = { user: base64('app'), password: base64('lost-in-the-store') };
    const body = { expectedVersion, owner, values };
    await webhook.call('PUT', remoteName, body, await headers());
    await world.putSecret('db', { user: 'app', password: 'from-the-cluster' });
    await world.operator.put('/v1/stores/webhook', storeSpec());
    const conflict = await world.becomes('db', 'Conflict');
    const time = expect.stringMatching(/^20\d\d-.*Z$/);
    expect(conflict).toMatchObject({ secretChangedAt: time, storeChangedAt: time });
    const path = '/v1/namespaces/pay/syncs/db/resolve';
    const { status, text } = await world.author.post(path, { prefer: 'cluster' });
    expect(status, text).toBe(200);
    expect(await stored()).toMatchObject({ values: { password: base64('from-the-cluster') } });
    const versions = '/v1/namespaces/pay/secrets/db/versions';
    const found = await world.author.get(versions);
    const replaced = found.body.items?.find(({ reason }) => `${reason}`.includes('has replaced'));
    expect(replaced).toMatchObject({ door: 'sync', aliases: [] });
    const key = '/v1/namespaces/pay/secrets/db/keys/password';
    const past = await world.author.get(`${key}?version=${replaced?.['version']}`);
    expect(past.text).toBe('lost-in-the-store');
    expect(await world.secretValues('db')).toMatchObject({ password: 'from-the-cluster' });
  });

  it('fails with a reason if the server refuses the credential', async () => {
    const wrong = storeSpec({ token: { audience: 'another-store' } });
    await world.operator.put('/v1/stores/webhook', wrong);
    await eventually(async () => {
      expect(await world.becomes('db', 'Failed')).toMatchObject({ reason: 'StoreDenied' });
    });
    await world.operator.put('/v1/stores/webhook', storeSpec());
    await world.becomes('db', 'InSync');
  });
});
