import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { BrokerKubeClient } from '../../../src/kubernetes/broker-kube.client.js';
import { KubeConnection } from '../../../src/kubernetes/kube-connection.js';
import { recordOf } from '../../../src/kubernetes/kube-json.js';
import type { Collection } from '../../../src/kubernetes/reflector/collection.js';
import { Reflector } from '../../../src/kubernetes/reflector/reflector.js';
import type { TestCluster } from '../../cluster/test-cluster.js';
import { describeAtOnce } from '../../support/at-once.js';
import { isLong } from '../../support/scale.js';
import { bothClusters } from '../../support/test-target.js';
import { eventually } from '../../support/tokens-world.js';
import { type Gateway, gatewayOn, installGateway } from './support.js';

const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/pay';
const clusters = isLong ? bothClusters : bothClusters.slice(0, 1);
// More than one page.
const rolesMade = limits.listItemsMax + 20;

describeAtOnce(clusters, 'a reflector on %s', (title, start) => {
  let cluster: TestCluster;
  let gateway: Gateway;
  const stopping: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    cluster = await start();
    gateway = await installGateway(cluster);
    for (let made = 0; made < rolesMade; made += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => makeRole(`r${made + index}`)));
    }
  }, 900_000);
  afterEach(async () => {
    for (const stop of stopping.splice(0)) await stop();
  });
  afterAll(() => cluster?.stop());

  async function makeRole(name: string): Promise<void> {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name } };
    const { status } = await cluster.request('POST', `${rbac}/roles`, { ...role, rules: [] });
    expect(status).toBe(201);
  }

  /** As after ten minutes: the sandbox keeps its latest changes alone. */
  async function forgetChanges(): Promise<void> {
    await cluster.stopApiServer();
    const database = new DatabaseSync(join(cluster.dir, 'data', 'objects.db'), { timeout: 5_000 });
    database.exec('DELETE FROM change WHERE revision < (SELECT max(revision) FROM change)');
    database.close();
    await cluster.startApiServer();
  }

  function follow(collection: Collection, resourceVersion?: string) {
    const events: string[] = [];
    const names = new Set<string>();
    const reflector = new Reflector<{ readonly name: string; readonly members: string }>({
      collection,
      map: (object) => {
        const { name } = recordOf(object['metadata']);
        return { name: String(name), members: Object.keys(object).toSorted().join() };
      },
      handle: (event) => {
        if (event.type === 'replaced') {
          events.push('replaced');
          names.clear();
          for (const { name } of event.items) names.add(name);
          return;
        }
        const { name, members } = event.object;
        events.push(`${event.type} ${name} ${members}`);
        if (event.type === 'deleted') names.delete(name);
        else names.add(name);
      },
      onFault: (error) => void events.push(String(error)),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    });
    stopping.push(() => reflector.stop());
    reflector.start();
    return { reflector, events, names };
  }

  const live = (reflector: { readonly isLive: boolean }, isLive: boolean, timeout = 25_000) =>
    vi.waitFor(() => expect(reflector.isLive).toBe(isLive), { timeout, interval: 20 });

  it('lists in pages and tells each change, with metadata alone', async () => {
    const { reflector, events, names } = follow(gateway.self.rbacObjects('roles'));
    await live(reflector, true);
    expect(events).toEqual(['replaced']);
    expect(names.size).toBeGreaterThanOrEqual(rolesMade);
    await makeRole('new');
    await cluster.request('PUT', `${rbac}/roles/new`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'new', labels: { a: 'b' } },
    });
    await cluster.request('DELETE', `${rbac}/roles/new`);
    const members = 'apiVersion,kind,metadata';
    const told = ['added', 'modified', 'deleted'].map((type) => `${type} new ${members}`);
    await eventually(() => expect(events.slice(1)).toEqual(told));
  });

  it('follows Secrets as the broker', async () => {
    const path = ['api', 'v1', 'namespaces', 'pay', 'secrets'];
    const broker = new BrokerKubeClient(gateway.transport, {
      namespace: 'sallyport',
      name: 'sallyport-broker',
    });
    const { reflector, events } = follow(broker.collection({ path }));
    await live(reflector, true);
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'watched' } };
    await cluster.request('POST', '/api/v1/namespaces/pay/secrets', secret);
    await eventually(() => expect(events.at(-1)).toMatch(/^added watched .*type/));
    const other = ['api', 'v1', 'namespaces', 'other', 'secrets'];
    const refused = follow(broker.collection({ path: other }));
    await wait(1_000);
    expect([refused.reflector.isLive, refused.events]).toEqual([false, []]);
  });

  it('ends each watch within its time and goes on where it was', async () => {
    const { reflector, events } = follow(gateway.self.rbacObjects('roles'));
    await live(reflector, true);
    const untilMs = performance.now() + (limits.watchSeconds + 2) * 1_000;
    while (performance.now() < untilMs) {
      expect(reflector.isLive).toBe(true);
      await wait(20);
    }
    await makeRole('after-a-watch');
    await eventually(() => expect(events.length).toBe(2));
    expect(events[0]).toBe('replaced');
  }, 40_000);

  it('tells what it missed while the API server was down', async () => {
    const { reflector, names } = follow(gateway.self.rbacObjects('roles'));
    await live(reflector, true);
    await cluster.stopApiServer();
    await live(reflector, false, 1_000);
    await cluster.startApiServer();
    await makeRole('after-a-crash');
    await vi.waitFor(() => expect(names.has('after-a-crash')).toBe(true), { timeout: 25_000 });
    await live(reflector, true);
  }, 90_000);

  it('finds within 20 s that the API server is frozen', async () => {
    const { reflector, names } = follow(gateway.self.rbacObjects('roles'));
    await live(reflector, true);
    cluster.pause();
    const pausedAtMs = performance.now();
    try {
      await live(reflector, false);
      expect(performance.now() - pausedAtMs).toBeLessThan(limits.watchStaleMs + 1_000);
    } finally {
      cluster.resume();
    }
    await makeRole('after-a-freeze');
    await vi.waitFor(() => expect(names.has('after-a-freeze')).toBe(true), { timeout: 25_000 });
    await live(reflector, true);
  }, 90_000);

  it('lists anew where its version is too old', async () => {
    if (title === 'the sandbox') await forgetChanges();
    const { reflector, events, names } = follow(gateway.self.rbacObjects('roles'), '1');
    // Live before it as well: some watches say only in their first event that they are none.
    await eventually(() => expect(events).toEqual(['replaced']));
    await live(reflector, true);
    expect(names.size).toBeGreaterThanOrEqual(rolesMade);
  });

  it('is not live, and throws nothing, with credentials that are refused', async () => {
    const path = await cluster.kubeconfigFor({ token: 'wrong', name: 'wrong' });
    const connection = await KubeConnection.open({ mode: 'kubeconfig', path });
    const { reflector, events } = follow(gatewayOn(connection).self.rbacObjects('roles'));
    await wait(1_000);
    expect([reflector.isLive, events]).toEqual([false, []]);
    await reflector.stop();
  });
});
