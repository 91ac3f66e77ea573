import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KubeConnection } from '../../../src/kubernetes/kube-connection.js';
import { RbacWatch } from '../../../src/kubernetes/rbac-watch.js';
import { type Cluster, startCluster } from '../../cluster/cluster.js';
import { UpstreamProxy, proxyKubeconfig } from '../../support/upstream-proxy.js';
import { gatewayOn, installGateway } from './support.js';

describe('the watch on RBAC objects', () => {
  let cluster: Cluster;
  let proxy: UpstreamProxy;
  let watch: RbacWatch | undefined;

  beforeAll(async () => {
    cluster = await startCluster();
    await installGateway(cluster);
  }, 900_000);
  afterEach(async () => {
    await watch?.stop();
    await proxy?.stop();
  });
  afterAll(() => cluster?.stop());

  async function begin(): Promise<RbacWatch> {
    proxy = await UpstreamProxy.start(cluster);
    const account = { namespace: 'sallyport', serviceAccount: 'sallyport' };
    const path = join(cluster.dir, 'proxied.kubeconfig');
    await writeFile(path, proxyKubeconfig(proxy.url, await cluster.createToken(account)));
    const connection = await KubeConnection.open({ mode: 'kubeconfig', path });
    watch = new RbacWatch(gatewayOn(connection).self, { onFault: () => undefined });
    return watch;
  }

  const isWatch = ({ path }: { readonly path: string }) => path.includes('watch=true');

  it.each([401, 403, 500])('asks seldom while it gets %i, and recovers', async (status) => {
    const rbac = await begin();
    proxy.refusal = () => status;
    rbac.start();
    await wait(3_000);
    // Four kinds, each after a quarter, half, one and two seconds at the most.
    expect(proxy.seen.length).toBeGreaterThan(4);
    expect(proxy.seen.length).toBeLessThanOrEqual(4 * 6);
    expect(rbac.isLive()).toBe(false);
    proxy.refusal = () => undefined;
    await expect.poll(() => rbac.isLive(), { timeout: 12_000 }).toBe(true);
  });

  it('is not live, and takes everything for changed, once one kind is refused', async () => {
    const rbac = await begin();
    const concerns: unknown[] = [];
    rbac.onChange((concern) => concerns.push(concern));
    rbac.start();
    await expect.poll(() => rbac.isLive(), { timeout: 5_000 }).toBe(true);
    concerns.length = 0;
    proxy.refusal = (request) =>
      isWatch(request) && request.path.includes('/clusterroles') ? 403 : undefined;
    // At the end of the watch that is open.
    await expect.poll(() => rbac.isLive(), { timeout: 20_000 }).toBe(false);
    expect(concerns).toEqual(['all']);
  });
});
