import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';
import {
  compileEgress,
  hostAndPortOf,
} from '../../../src/platform/outbound/domain/egress-rules.js';
import { Egress } from '../../../src/platform/outbound/egress.js';
import type { KubernetesSpec } from '../../../src/sync/domain/kubernetes-spec.js';
import type { RemoteMark } from '../../../src/sync/domain/remote-mark.js';
import type { RemoteState, RemoteStore } from '../../../src/sync/domain/remote-store.js';
import { openStore } from '../../../src/sync/stores/open-store.js';
import { StoreTransport } from '../../../src/sync/stores/store-transport.js';
import { jsonPayload } from '../../../src/sync/stores/json-payload.js';
import { expectSuccess } from '../../cluster/api-failure.js';
import type { Cluster } from '../../cluster/cluster.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import { OtherCluster } from '../../support/other-cluster.js';
import { scaled } from '../../support/scale.js';
import { expectConvergence } from './random-writes.js';
import { canary, reasonOf, textsOf, valuesOf } from './store-values.js';

const never = new AbortController().signal;
const idempotencyToken = 'a'.repeat(64);
const ours = { clusterUid: 'cluster-1', namespaceUid: 'ns-1', syncUid: 'sync-1' };
const theirs = { ...ours, syncUid: 'sync-2' };
const absent = { kind: 'absent' } as const;
const user = {
  ...{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User' },
  name: 'first-cluster:system:serviceaccount:pay:sallyport-sync',
};

let home: Cluster;
let other: OtherCluster;
let store: RemoteStore;
let secretName: string;
let name: string;
let count = 0;

interface World {
  readonly audience?: string;
  readonly serviceAccount?: string;
  readonly allowed?: string;
  readonly ca?: string;
  readonly path?: string;
  /** Token of a Secret, in place of that of the ServiceAccount. */
  readonly stored?: string;
}

/** The store as the engine opens it, with tokens of the cluster at home. */
function storeOf(world: World = {}): Promise<RemoteStore> {
  const { serviceAccount = 'sallyport-sync', allowed = '127.0.0.1', ca = other.ca } = world;
  const allow = [{ host: allowed, addresses: ['127.0.0.0/8'] }];
  const egress = new Egress(compileEgress({ allow, deny: [] }, []));
  const auth: KubernetesSpec['auth'] =
    world.stored === undefined
      ? { token: { audience: world.audience ?? other.audience } }
      : { tokenSecret: { namespace: 'stores', name: 'other', key: 'token' } };
  const kubernetes = { url: `${other.cluster.url}${world.path ?? ''}`, auth };
  return openStore(
    { kubernetes, allow: [], poll: '1m' },
    {
      transportTo: (url) =>
        new StoreTransport({
          ...{ url, ca },
          resolve: (to, signal) => {
            const { host, port } = hostAndPortOf(to);
            return egress.resolve(host, port, undefined, signal);
          },
        }),
      identity: async (audience) => {
        const audiences = [audience];
        const token = await home.createToken({ namespace: 'pay', serviceAccount, audiences });
        return SecretValue.ofKeptText(token);
      },
      referenced: async () => SecretValue.ofKeptText(world.stored ?? ''),
      payload: jsonPayload,
      account: { namespace: 'pay', name: serviceAccount },
      nowMs: Date.now,
    },
  );
}

beforeAll(async () => {
  home = await sharedCluster();
  other = await OtherCluster.start(home);
  const stranger = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'stranger' } };
  const path = '/api/v1/namespaces/pay/serviceaccounts';
  expectSuccess(await home.request('POST', path, stranger));
});
afterAll(async () => {
  await Promise.all([other?.stop(), home?.stop()]);
});
beforeEach(async () => {
  count += 1;
  secretName = `db-${count}`;
  name = `team-pay/${secretName}`;
  store = await storeOf();
});

const write = (
  texts: Readonly<Record<string, string>>,
  expected: RemoteState,
  mark: RemoteMark = ours,
) => store.write(name, { values: valuesOf(texts), mark, expected, idempotencyToken }, never);
const read = () => store.read(name, never);
const base64 = (text: string) => Buffer.from(text).toString('base64');

async function present() {
  const state = await read();
  if (state.kind !== 'present') throw new Error(`the secret is ${state.kind}`);
  return state;
}

const account = (serviceAccount: string) => ({
  ...{ kind: 'ServiceAccount', name: serviceAccount, namespace: 'team-pay' },
});

/** Binds a role with verbs on Secrets to a subject: rights beyond those of the page. */
async function bind(role: string, verbs: readonly string[], to: object = user): Promise<void> {
  const group = 'rbac.authorization.k8s.io';
  const kinds = { apiVersion: `${group}/v1`, metadata: { name: role } };
  const rules = [{ apiGroups: [''], resources: ['secrets'], verbs }];
  const roleRef = { apiGroup: group, kind: 'ClusterRole', name: role };
  const base = `/apis/${group}/v1`;
  const { cluster } = other;
  const made = { ...kinds, kind: 'ClusterRole', rules };
  expectSuccess(await cluster.request('POST', `${base}/clusterroles`, made));
  const binding = { ...kinds, kind: 'ClusterRoleBinding', roleRef, subjects: [to] };
  expectSuccess(await cluster.request('POST', `${base}/clusterrolebindings`, binding));
}

/** Returns a token of a ServiceAccount of the other cluster. */
async function tokenOfOther(serviceAccount: string): Promise<string> {
  const path = '/api/v1/namespaces/team-pay/serviceaccounts';
  const made = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: serviceAccount } };
  expectSuccess(await other.cluster.request('POST', path, made));
  return other.cluster.createToken({ namespace: 'team-pay', serviceAccount });
}

describe('a Secret of the other cluster', () => {
  it('is absent, then has the values, the version and the mark that were written', async () => {
    expect(await read()).toEqual(absent);
    const { version, overwritten } = await write({ password: canary, text: 'é"\n' }, absent);
    const state = await present();
    expect(state).toMatchObject({ version, mark: ours });
    expect(state.changedAt).toMatch(/^\d{4}-.*Z$/);
    expect(textsOf(state)).toEqual({ password: canary, text: 'é"\n' });
    expect(overwritten).toEqual([]);
    await write({ password: 'second' }, state);
    expect(textsOf(await present())).toEqual({ password: 'second' });
    expect((await other.secret(secretName)).type).toBe('Opaque');
  });

  it('takes bytes that are no text', async () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00]);
    const values = new Map([['keystore', SecretValue.fromBytes(bytes)]]);
    const wanted = { values, mark: ours, expected: absent, idempotencyToken };
    await store.write(name, wanted, never);
    expect((await present()).values.get('keystore')?.reveal()).toEqual(bytes);
  });

  it('is written by exactly one of eight writers who saw the same state', async () => {
    await write({ password: 'first' }, absent);
    const state = await present();
    const all = Array.from({ length: 8 }, (_, at) => reasonOf(write({ password: `${at}` }, state)));
    const reasons = await Promise.all(all);
    expect(reasons.filter((reason) => reason === undefined)).toHaveLength(1);
    expect(reasons.filter((reason) => reason === 'StoreChanged')).toHaveLength(7);
  });

  it('is created by exactly one of eight writers', async () => {
    const all = Array.from({ length: 8 }, (_, at) =>
      reasonOf(write({ password: `${at}` }, absent)),
    );
    const reasons = await Promise.all(all);
    expect(reasons.filter((reason) => reason === undefined)).toHaveLength(1);
    expect(reasons.filter((reason) => reason === 'StoreChanged')).toHaveLength(7);
  });

  it('that others create meanwhile keeps its values, and gets no mark', async () => {
    await other.create(secretName, { stringData: { password: 'theirs' } });
    expect(await reasonOf(write({ password: canary }, absent))).toBe('StoreChanged');
    expect(await present()).toMatchObject({ mark: undefined });
    expect(textsOf(await present())).toEqual({ password: 'theirs' });
  });

  it('keeps its type, labels, annotations, and managers of keys that do not change', async () => {
    await other.create(secretName, {
      type: 'example.com/db',
      metadata: {
        name: secretName,
        labels: { team: 'payments' },
        annotations: { note: 'theirs' },
      },
      stringData: { user: 'app', password: 'first', gone: 'x' },
    });
    await write({ user: 'app', password: 'ours' }, await present());
    const { type, metadata, data } = await other.secret(secretName);
    expect({ type, data }).toEqual({
      type: 'example.com/db',
      data: { user: base64('app'), password: base64('ours') },
    });
    expect(metadata.labels).toEqual({ team: 'payments' });
    expect(metadata.annotations).toEqual({
      note: 'theirs',
      'sallyport.dev/owner': 'v1/cluster-1/ns-1/sync-1',
    });
    const own = metadata.managedFields?.find(({ manager }) => manager === 'sallyport');
    expect(own?.fieldsV1).toEqual({
      'f:data': { 'f:password': {} },
      'f:metadata': { 'f:annotations': { 'f:sallyport.dev/owner': {} } },
    });
  });

  it('that another owner marks meanwhile stays that of the other', async () => {
    await other.create(secretName, { stringData: { password: 'unowned' } });
    const seen = await present();
    await store.claim(name, { former: undefined, mark: theirs }, never);
    expect(await reasonOf(write({ password: canary }, seen, ours))).toBe('StoreChanged');
    expect(await reasonOf(store.claim(name, { former: undefined, mark: ours }, never))).toBe(
      'StoreChanged',
    );
    expect(await present()).toMatchObject({ mark: theirs });
    expect(textsOf(await present())).toEqual({ password: 'unowned' });
  });

  it('that was deleted is absent, and no write for the former state makes it again', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    await other.cluster.request('DELETE', other.path(secretName));
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
    expect(await read()).toEqual(absent);
    await other.create(secretName, { stringData: { password: 'theirs' } });
    expect((await present()).version).not.toBe(seen.version);
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
    expect(textsOf(await present())).toEqual({ password: 'theirs' });
  });

  it('with the same resourceVersion and another uid is another one', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    const [resourceVersion] = seen.version.split('@');
    const restored = { ...seen, version: `${resourceVersion}@another-uid` };
    expect(await reasonOf(write({ password: canary }, restored))).toBe('StoreChanged');
    expect(textsOf(await present())).toEqual({ password: 'first' });
  });

  it('is deleted only in the expected state', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    expect(await reasonOf(store.remove(name, seen, never))).toBe('StoreDenied');
    await bind('removers', ['delete']);
    await other.patch(secretName, { metadata: { labels: { team: 'payments' } } });
    await expect.poll(() => reasonOf(store.remove(name, seen, never))).toBe('StoreChanged');
    await store.remove(name, await present(), never);
    expect(await read()).toEqual(absent);
    expect(await reasonOf(store.remove(name, seen, never))).toBe('StoreChanged');
  });
});

describe('a refusal names its reason, and changes nothing', () => {
  it('of an immutable Secret, whose values can be read', async () => {
    await other.create(secretName, { immutable: true, stringData: { password: 'fixed' } });
    const seen = await present();
    await expect(write({ password: canary }, seen)).rejects.toMatchObject({
      ...{ reason: 'StoreRefused', mayHaveChanged: false },
      message: 'the Secret of the other cluster is immutable',
    });
    expect(await present()).toEqual(seen);
  });

  it('of a type that demands other keys', async () => {
    const tls = { 'tls.crt': '', 'tls.key': '' };
    await other.create(secretName, { type: 'kubernetes.io/tls', stringData: tls });
    const seen = await present();
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreRefused');
    expect(await present()).toEqual(seen);
  });

  it('of a key that Kubernetes does not have, and of too many bytes', async () => {
    expect(await reasonOf(write({ 'a/b': canary }, absent))).toBe('StoreRefused');
    expect(await reasonOf(write({ a: 'x'.repeat(1_100_000) }, absent))).toBe('StoreRefused');
    expect(await read()).toEqual(absent);
  });

  it('of a namespace that is not there', async () => {
    const everywhere = await storeOf({ stored: await tokenOfOther('everywhere') });
    await bind('everywhere', ['get', 'create'], account('everywhere'));
    const elsewhere = `team-none/${secretName}`;
    await expect.poll(() => everywhere.read(elsewhere, never).catch(() => 0)).toEqual(absent);
    const wanted = { values: valuesOf({ a: canary }), mark: ours, idempotencyToken };
    const creation = everywhere.write(elsewhere, { ...wanted, expected: absent }, never);
    await expect(creation).rejects.toMatchObject({
      ...{ reason: 'StoreRefused', message: 'the other cluster has no such namespace' },
    });
  });

  it.each([
    [
      'a token of a ServiceAccount',
      { type: 'kubernetes.io/service-account-token' },
      { 'kubernetes.io/service-account.name': 'default' },
    ],
    ['a bootstrap token', { type: 'bootstrap.kubernetes.io/token' }, {}],
  ])('of %s of that cluster', async (_what, type, annotations) => {
    const metadata = { name: secretName, annotations };
    await other.create(secretName, { ...type, metadata, stringData: { any: canary } });
    const before = await other.secret(secretName);
    expect(await reasonOf(read())).toBe('ClusterCredential');
    const claimed = store.claim(name, { former: undefined, mark: ours }, never);
    expect(await reasonOf(claimed)).toBe('ClusterCredential');
    expect(await other.secret(secretName)).toEqual(before);
  });

  it('of a Secret with such a token under any type and key', async () => {
    const token = await tokenOfOther('someone');
    await other.create(secretName, { stringData: { any: token } });
    expect(await reasonOf(read())).toBe('ClusterCredential');
  });
});

describe('random writes on both sides, with lost answers', () => {
  // Each request opens a connection: 500 rounds take most of a minute on two cores.
  const timeoutMs = 240_000;
  const writtenByOthers = async (texts: Readonly<Record<string, string>>) => {
    const data = Object.fromEntries(
      Object.entries(texts).map(([key, text]) => [key, base64(text)]),
    );
    const replaced = JSON.stringify([{ op: 'replace', path: '/data', value: data }]);
    const contentType = 'application/json-patch+json';
    const path = other.path(secretName);
    expectSuccess(await other.cluster.request('PATCH', path, replaced, { contentType }));
  };

  it(
    'converge, and then write nothing',
    () => expectConvergence({ store, name, owner: ours, rounds: scaled(500), writtenByOthers }),
    timeoutMs,
  );
});

describe('a doubt is no absence', () => {
  it.each([
    ['another path of the server', { path: '/proxied' }],
    ['a path that the server says nothing about', { path: '/api' }],
  ])('%s', async (_what, world) => {
    const wrong = await storeOf(world);
    expect(await reasonOf(wrong.read(name, never))).toMatch(/^(TargetFailed|StoreDenied)$/);
  });

  it('a namespace without the right', async () => {
    expect(await reasonOf(store.read('kube-system/db', never))).toBe('StoreDenied');
  });
});

describe('the credential', () => {
  it('can be the token of a ServiceAccount of the other cluster', async () => {
    const stored = await tokenOfOther('reader');
    const reading = await storeOf({ stored });
    expect(await reasonOf(reading.read(name, never))).toBe('StoreDenied');
    await bind('readers', ['get'], account('reader'));
    await expect.poll(() => reading.read(name, never).catch(() => 0)).toEqual(absent);
  });

  it.each([
    ['another audience', { audience: 'openbao' }],
    ['another ServiceAccount', { serviceAccount: 'stranger' }],
    ['a text that is no token', { stored: 'nobody' }],
  ])('is refused with %s', async (_what, world) => {
    expect(await reasonOf((await storeOf(world)).read(name, never))).toBe('StoreDenied');
  });
});

describe('the connection', () => {
  it('is refused before anything is sent, if the host is not allowed', async () => {
    const refused = await storeOf({ allowed: 'store.test' });
    expect(await reasonOf(refused.read(name, never))).toBe('HostNotAllowed');
  });

  it('is refused if another authority signed the certificate', async () => {
    const { certificate: ca } = home.authority;
    expect(await reasonOf((await storeOf({ ca })).read(name, never))).toBe('TlsFailed');
  });
});
