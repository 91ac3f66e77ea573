import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSecretManager, type TestSecretManager } from '../../services/gcp-secretmanager.js';
import { gcpStoreOf, textsOf, writeOf } from './cloud-stores.js';

const never = new AbortController().signal;
const program = join(import.meta.dirname, 'gcp-sdk-program.ts');

let gcp: TestSecretManager;
let dir: string;

beforeAll(async () => {
  gcp = await startSecretManager();
  dir = await mkdtemp(join(tmpdir(), 'sallyport-gcp-'));
});
afterAll(async () => {
  await gcp?.stop();
  await rm(dir, { recursive: true });
});

/** Runs the vendor's client in a process of its own, with a token that it exchanges itself. */
async function clientRun(steps: Readonly<Record<string, string>>): Promise<unknown> {
  const caFile = join(dir, 'ca.crt');
  await writeFile(caFile, `${gcp.store.ca}\n${gcp.sts.ca}`);
  const { store, sts, provider, project, cluster, audience } = gcp;
  const tokenFile = join(dir, 'token');
  await writeFile(tokenFile, (await cluster.token({ audience })).revealText() ?? '');
  const child = spawn(process.execPath, ['--import', './test/ts-hooks.mjs', program], {
    env: { PATH: process.env['PATH'], HOME: dir, TMPDIR: dir, NODE_EXTRA_CA_CERTS: caFile },
    signal: AbortSignal.timeout(60_000),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const urls = { store: store.url.origin, sts: sts.url.origin };
  child.stdin.end(JSON.stringify({ ...urls, provider, project, tokenFile, ...steps }));
  const [output, problems] = await said;
  if (output === '') throw new Error(`the client failed: ${problems}`);
  return JSON.parse(output);
}

it('the client of Google reads what the store writes, and the store what the client writes', async () => {
  const store = gcpStoreOf(gcp);
  await store.write('k8s/pay/db', writeOf({ a: 'é"\n' }), never);
  const names = { read: 'k8s--pay--db', created: 'k8s--pay--new', absent: 'k8s--pay--absent' };
  expect(await clientRun({ ...names, payload: '{"a":"theirs"}' })).toEqual({
    read: '{"a":"é\\"\\n"}',
    annotations: { 'sallyport-owner': 'v1/cluster/ns/sync' },
    added: 'projects/123456789012/secrets/k8s--pay--new/versions/1',
    state: 'ENABLED',
    // NOT_FOUND and FAILED_PRECONDITION of gRPC.
    ...{ refused: 5, stale: 9 },
  });
  const state = await store.read('k8s/pay/new', never);
  expect(state).toMatchObject({ kind: 'present', mark: undefined });
  expect(textsOf(state)).toEqual({ a: 'theirs' });
  const written = await store.write('k8s/pay/new', writeOf({ a: 'ours' }, state), never);
  expect(written.version).toMatch(/^2@/);
}, 90_000);
