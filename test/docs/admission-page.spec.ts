import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AdmissionListener } from '../../src/admission/admission-listener.js';
import { type Gateway, createGateway } from '../../src/app/gateway.js';
import { configSchema } from '../../src/platform/config/config.schema.js';
import { applyFiles } from '../cluster/manifests.js';
import type { Cluster } from '../cluster/cluster.js';
import { sharedCluster } from '../cluster/shared-cluster.js';
import { partOf } from '../support/part-of.js';
import { commandBlocks } from './fenced-blocks.js';
import { projectDir } from './reader-world.js';

const page = readFileSync(join(projectDir, 'docs/check-direct-writes.md'), 'utf8');
const blocks = commandBlocks(page);
const serviceName = 'DNS:sallyport-admission.sallyport.svc';
const configuration = 'validatingwebhookconfiguration';

let cluster: Cluster;
let dir: string;
let gateway: Gateway | undefined;

beforeAll(async () => {
  cluster = await sharedCluster();
  dir = mkdtempSync(join(tmpdir(), 'sallyport-admission-page-'));
  symlinkSync(join(projectDir, 'deploy'), join(dir, 'deploy'));
  symlinkSync(cluster.kubectlPath, join(dir, 'kubectl'));
  await applyFiles(cluster, 'deploy/rbac/constrained/by-namespace');
  await run('kubectl apply --server-side -k deploy/base');
});

afterAll(async () => {
  await gateway?.stop();
  await cluster?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** In `sh`, as the administrator of a cluster with a gateway. */
async function run(commands: string): Promise<string> {
  const env = {
    HOME: dir,
    KUBECONFIG: cluster.adminKubeconfigFile,
    PATH: [dir, process.env['PATH'] ?? ''].join(delimiter),
  };
  const { stdout } = await promisify(execFile)('sh', ['-ec', commands], { cwd: dir, env });
  return stdout;
}

/** No kubelet runs here: the gateway is started with the settings of the page, on loopback. */
async function startGateway(): Promise<string> {
  const [, shown = ''] = /```yaml\n(admission:[^`]+)```/.exec(page) ?? [];
  const settings = shown
    .replaceAll('/etc/sallyport/admission/tls', join(dir, 'admission'))
    .replace('0.0.0.0', '127.0.0.1')
    .replace('9443', '0');
  const token = await cluster.createToken({ namespace: 'sallyport', serviceAccount: 'sallyport' });
  const config = configSchema.parse({
    listen: { port: 0 },
    health: { port: 0 },
    dataDir: join(dir, 'data'),
    kubernetes: {
      mode: 'kubeconfig',
      kubeconfig: await cluster.kubeconfigFor({ token, name: 'gateway' }),
    },
    namespaces: { served: ['pay'] },
    ...(parse(settings) as object),
  });
  gateway = await createGateway(config, { level: 'silent' });
  return partOf(gateway, AdmissionListener).url ?? '';
}

/** The API server here resolves no names of Services. */
async function connectDirectly(url: string): Promise<void> {
  const of = ['-o', 'jsonpath={.webhooks[0].clientConfig.caBundle}'];
  const caBundle = await cluster.kubectl(['get', configuration, 'sallyport-secrets', ...of]);
  const value = { url: `${url}/validate`, caBundle };
  const patch = [{ op: 'replace', path: '/webhooks/0/clientConfig', value }];
  const change = ['--type', 'json', '-p', JSON.stringify(patch)];
  await cluster.kubectl(['patch', configuration, 'sallyport-secrets', ...change]);
}

/** Guarantee: the page leads from a deployed gateway to a webhook that refuses. */
it('leads to an API server that asks the gateway', async () => {
  expect(blocks).toHaveLength(5);
  for (const { commands, shown, line } of blocks) {
    const asks = commands.includes('create -f -');
    if (asks) await connectDirectly(await startGateway());
    const local = commands.replace(serviceName, `${serviceName},IP:127.0.0.1`);
    const check = async (): Promise<void> => {
      const output = await run(local);
      expect(output.trimEnd(), `line ${line}`).toBe(shown?.text.trimEnd());
    };
    // API servers take a configuration up after a moment; until then, the Secret is created.
    if (asks) await refused(local);
    await check();
  }
}, 180_000);

async function refused(commands: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await run('kubectl delete secret orders --ignore-not-found');
        return run(commands);
      },
      { timeout: 30_000, interval: 200 },
    )
    .toContain('denied the request');
}
