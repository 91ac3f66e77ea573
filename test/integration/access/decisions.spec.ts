import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { DecisionCache } from '../../../src/access/decision-cache.js';
import { KubeAccessService } from '../../../src/access/kube-access.service.js';
import { limits } from '../../../src/core/limits.js';
import { RbacWatch } from '../../../src/kubernetes/rbac-watch.js';
import type { SelfKubeClient } from '../../../src/kubernetes/self-kube.client.js';
import { startCluster } from '../../cluster/cluster.js';
import type { TestCluster } from '../../cluster/test-cluster.js';
import { describeAtOnce } from '../../support/at-once.js';
import { scaled } from '../../support/scale.js';
import { bothClusters } from '../../support/test-target.js';
import { eventually } from '../../support/tokens-world.js';
import { contextOf, installGateway, user } from '../kubernetes/support.js';

const group = 'rbac.authorization.k8s.io';
const alice = contextOf(user('alice'));
/** Longer than answers are not kept after a change. */
const settledMs = limits.decisionSettleMs + 300;

/** An access service with everything behind it, and where its decisions came from. */
function openAccess(self: SelfKubeClient) {
  const faults: unknown[] = [];
  const sources: string[] = [];
  const watch = new RbacWatch(self, { onFault: (error) => void faults.push(error) });
  const cache = new DecisionCache({
    changes: watch,
    onDecision: (source) => void sources.push(source),
  });
  watch.start();
  return { watch, cache, access: new KubeAccessService(self, { cache }), sources, faults };
}

describeAtOnce(bothClusters, 'decisions on %s', (_title, start) => {
  let cluster: TestCluster;
  let opened: ReturnType<typeof openAccess>;

  beforeAll(async () => {
    cluster = await start();
    const { self } = await installGateway(cluster);
    opened = openAccess(self);
    await create('clusterroles', 'secret-reader', {
      rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
    });
    await vi.waitUntil(() => opened.watch.isLive(), { timeout: 10_000 });
  }, 900_000);
  afterAll(async () => {
    await opened?.watch.stop();
    await cluster?.stop();
  });

  async function create(path: string, name: string, more: object): Promise<void> {
    const kind = path.endsWith('clusterroles') ? 'ClusterRole' : 'RoleBinding';
    const object = { apiVersion: `${group}/v1`, kind, metadata: { name }, ...more };
    const { status } = await cluster.request('POST', `/apis/${group}/v1/${path}`, object);
    expect(status).toBe(201);
  }

  const bindingsIn = (namespace: string) => `namespaces/${namespace}/rolebindings`;

  const grant = (namespace: string) =>
    create(bindingsIn(namespace), 'alice', {
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'secret-reader' },
      subjects: [{ apiGroup: group, kind: 'User', name: 'alice' }],
    });

  async function revoke(namespace: string): Promise<void> {
    const path = `/apis/${group}/v1/${bindingsIn(namespace)}/alice`;
    expect((await cluster.request('DELETE', path)).status).toBe(200);
  }

  async function isAllowed(namespace: string): Promise<boolean> {
    const request = { verb: 'get', group: '', resource: 'secrets', namespace, name: 'db' };
    return (await opened.access.decide(alice, request)).allowed;
  }

  /** Waits until it is decided so. */
  function decided(namespace: string, isSo: boolean, timeout: number): Promise<void> {
    const isDecided = async () => expect(await isAllowed(namespace)).toBe(isSo);
    return vi.waitFor(isDecided, { timeout, interval: 5 });
  }

  async function makeNamespace(name: string): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    expect((await cluster.request('POST', '/api/v1/namespaces', body)).status).toBe(201);
  }

  /** Allowed by RBAC, settled, and kept. */
  async function grantAndKeep(namespace: string): Promise<void> {
    await makeNamespace(namespace);
    await grant(namespace);
    await decided(namespace, true, 10_000);
    await wait(settledMs);
    await isAllowed(namespace);
    expect(await isAllowed(namespace)).toBe(true);
    expect(opened.sources.at(-1)).toBe('kept');
  }

  it('end within 2 s of the binding, though they were kept', async () => {
    await grantAndKeep('ends');
    await revoke('ends');
    const revokedAtMs = performance.now();
    await decided('ends', false, 2_000);
    expect(performance.now() - revokedAtMs).toBeLessThan(2_000);
  });

  it('begin with the binding, though a denial was kept', async () => {
    await makeNamespace('begins');
    await wait(settledMs);
    expect([await isAllowed('begins'), await isAllowed('begins')]).toEqual([false, false]);
    await grant('begins');
    await decided('begins', true, 1_000);
  });

  it('of one namespace outlast RBAC changes of another', async () => {
    await Promise.all([grantAndKeep('churning'), grantAndKeep('calm')]);
    await revoke('churning');
    await decided('churning', false, 2_000);
    opened.sources.length = 0;
    expect(await isAllowed('calm')).toBe(true);
    expect(opened.sources).toEqual(['kept']);
  });

  it('of every namespace are asked anew after a cluster-wide change', async () => {
    await grantAndKeep('under-a-cluster-role');
    await create('clusterroles', 'irrelevant', { rules: [] });
    await eventually(async () => {
      await isAllowed('under-a-cluster-role');
      expect(opened.sources.at(-1)).toBe('asked');
    });
  });

  it('are shared by all who ask at once', async () => {
    await grantAndKeep('shared');
    opened.sources.length = 0;
    const request = { verb: 'get', group: '', resource: 'secrets', namespace: 'shared', name: 'x' };
    await Promise.all(Array.from({ length: 20 }, () => opened.access.decide(alice, request)));
    const asked = opened.sources.filter((source) => source === 'asked');
    expect([asked.length, opened.sources.length]).toEqual([1, 20]);
  });

  it('are never more than 2 s behind a right that flips under load', async () => {
    const flips = scaled(1_000);
    const namespaces = Array.from({ length: Math.min(flips, 25) }, (_, index) => `flip-${index}`);
    await Promise.all(namespaces.map((namespace) => makeNamespace(namespace)));
    const lags: number[] = [];
    /** How long after the flip the last answer came that was still the old one. */
    async function flip(namespace: string, isGranted: boolean): Promise<void> {
      await isAllowed(namespace);
      await (isGranted ? revoke(namespace) : grant(namespace));
      const flippedAtMs = performance.now();
      let lagMs = 0;
      for (;;) {
        const askedAtMs = performance.now();
        if (askedAtMs - flippedAtMs > settledMs) break;
        const isStale = (await isAllowed(namespace)) === isGranted;
        if (isStale) lagMs = askedAtMs - flippedAtMs;
        await wait(20 + Math.random() * 60);
      }
      lags.push(lagMs);
    }
    for (let done = 0; done < flips; done += namespaces.length) {
      const isGranted = (done / namespaces.length) % 2 === 1;
      await Promise.all(namespaces.map((namespace) => flip(namespace, isGranted)));
    }
    expect(lags.length).toBeGreaterThanOrEqual(flips);
    expect(Math.max(...lags)).toBeLessThan(2_000);
    expect(opened.faults).toEqual([]);
    expect(opened.cache.foreignAuthorizers).toBe(false);
  }, 600_000);
});

it.concurrent('another authoriser than RBAC is noticed', async () => {
  const cluster = await startCluster({ authorizationModes: 'RBAC,AlwaysAllow' });
  try {
    const { watch, cache, access } = openAccess((await installGateway(cluster)).self);
    const request = { verb: 'get', group: '', resource: 'secrets', namespace: 'pay', name: 'db' };
    expect(await access.decide(alice, request)).toMatchObject({ allowed: true });
    expect(cache.foreignAuthorizers).toBe(true);
    await watch.stop();
  } finally {
    await cluster.stop();
  }
}, 900_000);
