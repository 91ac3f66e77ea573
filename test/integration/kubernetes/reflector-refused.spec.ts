import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type TestContext, afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KubeConnection } from '../../../src/kubernetes/kube-connection.js';
import { RbacWatch } from '../../../src/kubernetes/rbac-watch.js';
import type { Cluster } from '../../cluster/cluster.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import { UpstreamProxy, proxyKubeconfig } from '../../support/upstream-proxy.js';
import { gatewayOn, installGateway } from './support.js';

describe.concurrent('the watch on RBAC objects', () => {
  let cluster: Cluster;
  let begun = 0;

  beforeAll(async () => {
    cluster = await sharedCluster();
    await installGateway(cluster);
  }, 900_000);
  afterAll(() => cluster?.stop());

  /** A watch by a way of its own, which ends with the test. */
  async function begin({ onTestFinished }: Pick<TestContext, 'onTestFinished'>) {
    const proxy = await UpstreamProxy.start(cluster);
    const account = { namespace: 'sallyport', serviceAccount: 'sallyport' };
    begun += 1;
    const path = join(cluster.dir, `proxied-${begun}.kubeconfig`);
    await writeFile(path, proxyKubeconfig(proxy.url, await cluster.createToken(account)));
    const connection = await KubeConnection.open({ mode: 'kubeconfig', path });
    const rbac = new RbacWatch(gatewayOn(connection).self, { onFault: () => undefined });
    onTestFinished(async () => {
      await rbac.stop();
      await proxy.stop();
    });
    return { rbac, proxy };
  }

  const isWatch = ({ path }: { readonly path: string }) => path.includes('watch=true');
  const live = (rbac: RbacWatch, isLive: boolean, timeout: number) =>
    vi.waitFor(() => expect(rbac.isLive()).toBe(isLive), { timeout });

  it.for([401, 403, 500])('asks seldom while it gets %i, and recovers', async (status, context) => {
    const { rbac, proxy } = await begin(context);
    proxy.refusal = () => status;
    rbac.start();
    await wait(3_000);
    // Four kinds, each after a quarter, half, one and two seconds at the most.
    expect(proxy.seen.length).toBeGreaterThan(4);
    expect(proxy.seen.length).toBeLessThanOrEqual(4 * 6);
    expect(rbac.isLive()).toBe(false);
    proxy.refusal = () => undefined;
    await live(rbac, true, 12_000);
  });

  it('is not live, and takes everything for changed, once a kind is refused', async (context) => {
    const { rbac, proxy } = await begin(context);
    const concerns: unknown[] = [];
    rbac.onChange((concern) => concerns.push(concern));
    rbac.start();
    await live(rbac, true, 5_000);
    concerns.length = 0;
    proxy.refusal = (request) =>
      isWatch(request) && request.path.includes('/clusterroles') ? 403 : undefined;
    // At the end of the watch that is open.
    await live(rbac, false, 20_000);
    expect(concerns).toEqual(['all']);
  });
});
