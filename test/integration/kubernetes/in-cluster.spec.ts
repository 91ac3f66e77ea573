import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Cluster } from '../../cluster/cluster.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import { findFreePorts } from '../../cluster/free-ports.js';
import { type BuiltGateway, ChildGateway, buildGateway } from '../../support/child-gateway.js';
import { ProjectedToken } from '../../support/projected-token.js';
import { send } from '../../support/raw-http.js';

const profile = 'deploy/rbac/constrained/by-namespace';
const path = '/v1/namespaces/pay/secrets/db/keys/password';
/** How long the gateway uses what it has read of its credentials, and a little more. */
const materialKeptMs = 11_000;

let cluster: Cluster;
let built: BuiltGateway;
let dir: string;
let folder: ProjectedToken;
let gateway: ChildGateway | undefined;
let health: string;
let caller: string;
let first: string;

beforeAll(async () => {
  [cluster, built] = await Promise.all([sharedCluster(), buildGateway()]);
  dir = mkdtempSync(join(tmpdir(), 'sallyport-in-cluster-'));
  await cluster.kubectl(['apply', '--server-side', '-k', profile]);
  const kubectl = (command: string) => cluster.kubectl(command.split(' '));
  await kubectl('create namespace pay');
  await cluster.kubectl(['-n', 'pay', 'apply', '-f', `${profile}/served-namespace.yaml`]);
  await kubectl('-n pay create serviceaccount app');
  await kubectl('-n pay create role reads --verb=get --resource=secrets');
  await kubectl('-n pay create rolebinding reads --role=reads --serviceaccount=pay:app');
  await kubectl('-n pay create secret generic db --from-literal=password=hunter2-hunter2');
  const audiences = ['sallyport'];
  caller = await cluster.createToken({ namespace: 'pay', serviceAccount: 'app', audiences });
  folder = new ProjectedToken(join(dir, 'serviceaccount'), cluster, 'sallyport');
});

afterAll(async () => {
  gateway?.kill();
  await gateway?.ended();
  await cluster?.stop();
  built?.remove();
  rmSync(dir, { recursive: true, force: true });
});

/** A token that ends with its pod, as the kubelet asks for it. */
async function tokenOfPod(name: string): Promise<string> {
  const spec = { serviceAccountName: 'sallyport', containers: [{ name: 'c', image: 'sallyport' }] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
  await cluster.request('POST', '/api/v1/namespaces/sallyport/pods', pod);
  return cluster.createToken({
    namespace: 'sallyport',
    serviceAccount: 'sallyport',
    boundPod: name,
    expirationSeconds: 600,
  });
}

const deletePod = (name: string) =>
  cluster.kubectl(['-n', 'sallyport', 'delete', 'pod', name, '--force', '--grace-period=0']);

const read = async () => (await send(gateway?.url ?? '', { path, token: caller })).status;
const readyz = async () => (await send(health, { path: '/readyz?verbose' })).text;

it('reads its token where a pod has it, and is ready', async () => {
  first = await tokenOfPod('first');
  folder.write(first);
  const [port = 0] = await findFreePorts(1);
  health = `http://127.0.0.1:${port}`;
  const config = {
    listen: { port: 0 },
    health: { port },
    dataDir: join(dir, 'data'),
    kubernetes: { mode: 'in-cluster' },
    namespaces: { served: ['pay'] },
  };
  gateway = await ChildGateway.start(built.main, config, join(dir, 'data'), folder.launch());
  expect(await read()).toBe(200);
  await expect.poll(readyz, { timeout: 20_000 }).toContain('readyz check passed');
  expect(await readyz()).toContain(
    'mode: in-cluster\naccess: impersonate\nscope: served\nprofile: constrained',
  );
});

it('goes on with the token that replaces it: no request fails, the old one is refused', async () => {
  const statuses = new Set<number>();
  const readFor = async (isOver: () => boolean | Promise<boolean>) => {
    while (!(await isOver())) {
      statuses.add(await read());
      await wait(100);
    }
  };
  // As kubelets do, well before the old one ends.
  folder.write(await tokenOfPod('second'));
  const writtenAt = performance.now();
  await readFor(() => performance.now() - writtenAt > materialKeptMs);
  await deletePod('first');
  // The API server keeps a yes about a token for ten seconds.
  await readFor(
    async () =>
      (await cluster.request('GET', '/version', undefined, { token: first })).status === 401,
  );
  for (let more = 0; more < 20; more += 1) statuses.add(await read());
  expect([...statuses]).toEqual([200]);
  expect(gateway?.isRunning).toBe(true);
}, 120_000);

it('recovers by itself where the new token came after the old one had ended', async () => {
  await deletePod('second');
  await expect.poll(read, { timeout: 30_000, interval: 200 }).toBe(503);
  folder.write(await tokenOfPod('third'));
  await expect.poll(read, { timeout: 5_000, interval: 100 }).toBe(200);
  await expect.poll(readyz, { timeout: 20_000 }).toContain('readyz check passed');
}, 120_000);
