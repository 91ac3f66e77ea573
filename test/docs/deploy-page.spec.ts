import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Cluster } from '../cluster/cluster.js';
import { sharedCluster } from '../cluster/shared-cluster.js';
import { findFreePorts } from '../cluster/free-ports.js';
import { type BuiltGateway, ChildGateway, buildGateway } from '../support/child-gateway.js';
import { ProjectedToken } from '../support/projected-token.js';
import { send } from '../support/raw-http.js';
import { TlsWorld } from '../support/tls-files.js';
import { commandBlocks } from './fenced-blocks.js';
import { projectDir } from './reader-world.js';

const page = readFileSync(join(projectDir, 'docs/deploy.md'), 'utf8');
const blocks = commandBlocks(page);
const healthPort = '8421';

let cluster: Cluster;
let built: BuiltGateway;
let tls: TlsWorld;
let dir: string;
let gateway: ChildGateway | undefined;

beforeAll(async () => {
  [cluster, built, tls] = await Promise.all([sharedCluster(), buildGateway(), TlsWorld.create()]);
  dir = mkdtempSync(join(tmpdir(), 'sallyport-deploy-page-'));
  symlinkSync(join(projectDir, 'deploy'), join(dir, 'deploy'));
  symlinkSync(cluster.kubectlPath, join(dir, 'kubectl'));
  for (const [name, file] of Object.entries({
    'tls.crt': tls.files.cert,
    'tls.key': tls.files.key,
  })) {
    symlinkSync(file, join(dir, name));
  }
});

afterAll(async () => {
  await gateway?.stop();
  await cluster?.stop();
  built?.remove();
  tls?.remove();
  rmSync(dir, { recursive: true, force: true });
});

/** In `sh`, as the administrator of a cluster that has nothing yet. */
async function run(commands: string): Promise<string> {
  const env = {
    HOME: dir,
    KUBECONFIG: cluster.adminKubeconfigFile,
    PATH: [dir, process.env['PATH'] ?? ''].join(delimiter),
  };
  const { stdout } = await promisify(execFile)('sh', ['-ec', commands], { cwd: dir, env });
  return stdout;
}

/** The anchors of deploy/base, with the volume where it is here. */
function shippedAudit(): object {
  const text = readFileSync(join(projectDir, 'deploy/base/sallyport.yaml'), 'utf8');
  // As the volume is.
  mkdirSync(join(dir, 'data'));
  const shipped = text.replaceAll('/var/lib/sallyport', join(dir, 'data'));
  return (parse(shipped) as { readonly audit: object }).audit;
}

/** No kubelet runs here: the gateway is started as the Deployment says, where its pod would be. */
async function startDeployed(): Promise<string> {
  const [port = 0] = await findFreePorts(1);
  const account = { namespace: 'sallyport', serviceAccount: 'sallyport' };
  const folder = new ProjectedToken(join(dir, 'serviceaccount'), cluster, account.namespace);
  folder.write(await cluster.createToken({ ...account, expirationSeconds: 600 }));
  const config = {
    listen: { port: 0 },
    health: { port },
    dataDir: join(dir, 'data'),
    kubernetes: { mode: 'in-cluster' },
    namespaces: { served: ['team-a'] },
    audit: shippedAudit(),
  };
  gateway = await ChildGateway.start(built.main, config, join(dir, 'data'), folder.launch());
  const ready = () => send(`http://127.0.0.1:${port}`, { path: '/readyz?verbose' });
  const isSettled = async () => (await ready()).text;
  await expect.poll(isSettled, { timeout: 20_000 }).toMatch(/rbacWatch: live[^]*check passed/);
  return String(port);
}

/** Guarantee: the page leads from a new cluster to a gateway that is ready, and says so itself. */
it('leads from an empty cluster to a ready gateway', async () => {
  expect(blocks.length).toBeGreaterThan(3);
  for (const { commands, shown, line } of blocks) {
    // The other scope is for another cluster: here it would be more than the profile.
    if (commands.includes('cluster-wide')) continue;
    const asksGateway = commands.includes(`:${healthPort}`);
    const port = asksGateway ? await startDeployed() : healthPort;
    const output = await run(commands.replaceAll(`:${healthPort}`, `:${port}`)).catch(
      (error: unknown) => {
        throw new Error(`line ${line}: ${String(error)}`, { cause: error });
      },
    );
    if (shown !== undefined) expect(output.trimEnd(), `line ${line}`).toBe(shown.text.trimEnd());
  }
  expect(gateway?.isRunning).toBe(true);
  // A trail without events has nothing to anchor.
  expect((await send(gateway?.url ?? '', { path: '/v1/namespaces' })).status).toBe(401);
  const anchor = ['-n', 'sallyport', 'get', 'configmap', 'sallyport-audit-anchor', '-o', 'yaml'];
  await expect.poll(() => cluster.kubectl(anchor), { timeout: 20_000 }).toContain('checkpoint:');
  const deployed = await cluster.kubectl([
    '-n',
    'sallyport',
    'get',
    'deployment',
    'sallyport',
    '-o',
    'name',
  ]);
  expect(deployed.trim()).toBe('deployment.apps/sallyport');
}, 180_000);

it('leads to the wider scope as well', async () => {
  for (const { commands } of blocks) if (commands.includes('cluster-wide')) await run(commands);
  const binding = ['get', 'clusterrolebinding', 'sallyport-act-for-callers', '-o', 'name'];
  expect(await cluster.kubectl(binding)).toContain('sallyport-act-for-callers');
});
