import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OtherCluster } from '../../support/other-cluster.js';
import { eventually } from '../../support/tokens-world.js';
import { SyncWorld } from './sync-world.js';

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');

let world: SyncWorld;
let other: OtherCluster;

beforeAll(async () => {
  world = await SyncWorld.start();
  const { cluster } = world.installation;
  other = await OtherCluster.start(cluster);
  await cluster.request('POST', '/api/v1/namespaces/pay/secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'other-ca' },
    stringData: { 'ca.crt': other.ca },
  });
  const { status, text } = await world.operator.put('/v1/stores/other-cluster', {
    kubernetes: {
      url: other.cluster.url,
      caSecret: { namespace: 'pay', name: 'other-ca' },
      auth: { token: { audience: other.audience } },
    },
    allow: [{ namespaces: ['pay'], prefix: 'team-pay/', directions: ['push', 'pull'] }],
    poll: '10s',
  });
  if (status !== 201) throw new Error(text);
});
afterAll(async () => {
  await Promise.all([world?.stop(), other?.stop()]);
});

describe('a sync with another cluster', () => {
  it('pushes a Secret as the ServiceAccount, with the mark of its owner', async () => {
    await world.putSecret('db', { user: 'app', password: 'pushed-to-the-other' });
    await world.putSync('db', { storeName: 'other-cluster' });
    await world.becomes('db', 'InSync');
    const { data, metadata } = await other.secret('db');
    expect(data).toEqual({ user: base64('app'), password: base64('pushed-to-the-other') });
    expect(metadata.annotations).toEqual({
      'sallyport.dev/owner': expect.stringMatching(/^v1\//),
    });
  });

  it('pulls what others write there, also bytes that are no text', async () => {
    const bytes = Uint8Array.of(0xff, 0xfe, 0x00, 0x01);
    await other.patch('db', {
      data: { keystore: base64(bytes) },
      metadata: { labels: { a: 'b' } },
    });
    await world.run('db');
    const path = '/api/v1/namespaces/pay/secrets/db';
    await eventually(async () => {
      const { body } = await world.installation.cluster.request('GET', path);
      expect(body).toMatchObject({ data: { keystore: base64(bytes) } });
    });
    await world.putSecret('db', { user: 'app', password: 'without-bytes' });
    await eventually(async () => {
      expect((await other.secret('db')).data).toMatchObject({ password: base64('without-bytes') });
    });
    expect((await other.secret('db')).metadata.labels).toEqual({ a: 'b' });
  });

  it('leaves credentials of the other cluster there', async () => {
    await other.create('deployer', {
      type: 'kubernetes.io/service-account-token',
      metadata: {
        name: 'deployer',
        annotations: { 'kubernetes.io/service-account.name': 'deployer' },
      },
      stringData: { extra: 'credential-of-the-other' },
    });
    await world.putSync('deployer', {
      ...{ storeName: 'other-cluster', secretName: 'deployer', direction: 'pull' },
      remote: { name: 'deployer' },
    });
    const { reason } = await world.becomes('deployer', 'Held');
    expect(reason).toBe('ClusterCredential');
    expect(await world.secretValues('deployer')).toBeUndefined();
  });

  it('is held if the Secret of the other cluster is immutable', async () => {
    await other.create('fixed', { immutable: true, stringData: { password: 'fixed-there' } });
    await world.putSync('fixed', {
      ...{ storeName: 'other-cluster', secretName: 'fixed', direction: 'both' },
      remote: { name: 'fixed' },
    });
    await eventually(async () => {
      expect(await world.secretValues('fixed')).toEqual({ password: 'fixed-there' });
    });
    await world.putSecret('fixed', { password: 'changed-here' });
    await eventually(async () => {
      expect(await world.becomes('fixed', 'Held')).toMatchObject({
        ...{ reason: 'StoreRefused' },
        message: 'the Secret of the other cluster is immutable',
      });
    });
    expect((await other.secret('fixed')).data).toEqual({ password: base64('fixed-there') });
  });

  it('takes no name that is no Secret of a namespace', async () => {
    await world.putSync('deep', {
      ...{ storeName: 'other-cluster', secretName: 'db', direction: 'push' },
      remote: { name: 'deeper/db' },
    });
    const { reason, message } = await world.becomes('deep', 'Held');
    expect({ reason, message }).toEqual({
      reason: 'StoreRefused',
      message: 'the store takes names with a namespace and a name between one / only',
    });
  });

  it('has a store that GraphQL writes and reads as REST does', async () => {
    const query = `mutation($input: PutExternalStoreInput!) { putExternalStore(input: $input) {
      store { problem spec { kubernetes { url caSecret { key } auth {
        token { audience } tokenSecret { namespace name key }
      } } } }
    } }`;
    const tokenSecret = { namespace: 'pay', name: 'other-token', key: 'token' };
    const caSecret = { namespace: 'pay', name: 'other-ca' };
    const kubernetes = { url: other.cluster.url, caSecret, auth: { tokenSecret } };
    const input = { name: 'by-graphql', spec: { kubernetes } };
    const { body } = await world.operator.post('/graphql', { query, variables: { input } });
    const auth = { token: null, tokenSecret };
    const spec = { kubernetes: { url: other.cluster.url, caSecret: { key: 'ca.crt' }, auth } };
    expect(body).toEqual({ data: { putExternalStore: { store: { problem: null, spec } } } });
    const read = await world.operator.get('/v1/stores/by-graphql');
    expect(read.body).toMatchObject({ kubernetes: { auth: { tokenSecret } }, problem: null });
  });

  it('has a store with one credential, by the rules of the gateway and of the cluster', async () => {
    const token = { audience: other.audience };
    const tokenSecret = { namespace: 'pay', name: 'other-token', key: 'token' };
    for (const auth of [{}, { token, tokenSecret }]) {
      const kubernetes = { url: other.cluster.url, auth };
      const { status } = await world.operator.put('/v1/stores/wrong', { kubernetes });
      expect(status).toBe(422);
      const made = await world.installation.cluster.request(
        'POST',
        '/apis/sallyport.dev/v1alpha1/externalstores',
        {
          apiVersion: 'sallyport.dev/v1alpha1',
          kind: 'ExternalStore',
          metadata: { name: 'wrong' },
          spec: { kubernetes },
        },
      );
      expect(made).toMatchObject({
        status: 422,
        body: { message: expect.stringContaining('exactly one of token and tokenSecret') },
      });
    }
  });

  it('sends no token that the API server of the gateway accepts', async () => {
    const audience = await world.apiServerAudience();
    const { status, text } = await world.operator.put('/v1/stores/other-cluster', {
      kubernetes: {
        url: other.cluster.url,
        caSecret: { namespace: 'pay', name: 'other-ca' },
        auth: { token: { audience } },
      },
      allow: [{ namespaces: ['pay'], prefix: 'team-pay/', directions: ['push', 'pull'] }],
    });
    if (status !== 200) throw new Error(text);
    await world.putSync('refused', {
      ...{ storeName: 'other-cluster', secretName: 'refused', direction: 'pull' },
      remote: { name: 'refused' },
    });
    const { reason } = await world.becomes('refused', 'Failed');
    expect(reason).toBe('AudienceRefused');
  });
});
