import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ApiClient } from '../cluster/api-client.js';
import { processesMentioning } from '../cluster/processes.js';
import { startSandboxCluster, type SandboxCluster } from './sandbox-cluster.js';

const secret = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  data: { a: 'YQ==' },
});
const secrets = '/api/v1/namespaces/default/secrets';

interface Answer {
  readonly body: { readonly metadata: { readonly uid?: string; readonly resourceVersion: string } };
}

const uidOf = ({ body }: { readonly body: unknown }) => (body as Answer['body']).metadata.uid;
const resourceVersionOf = ({ body }: { readonly body: unknown }) =>
  Number((body as Answer['body']).metadata.resourceVersion);

describe('the sandbox as a cluster for tests', () => {
  let cluster: SandboxCluster;

  beforeAll(async () => {
    cluster = await startSandboxCluster();
  });

  afterAll(async () => cluster.stop());

  it('answers kubectl', async () => {
    await cluster.apply(JSON.stringify(secret('applied')));
    const names = await cluster.kubectl(['get', 'secrets', '--output=name']);
    expect(names).toContain('secret/applied');
  });

  it('knows the users of the certificates and tokens that it issues', async () => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'app' } };
    await cluster.request('POST', '/api/v1/namespaces/default/serviceaccounts', account);
    const token = await cluster.createToken({ namespace: 'default', serviceAccount: 'app' });
    const bearer = await cluster.request('GET', secrets, undefined, { token });
    expect(bearer.body).toMatchObject({
      message: expect.stringContaining('User "system:serviceaccount:default:app" cannot list'),
    });

    const pair = await cluster.authority.issue({ commonName: 'alice' });
    const alice = new ApiClient({ url: cluster.url, ca: cluster.authority.certificate, ...pair });
    const refused = await alice.request('GET', secrets);
    expect(refused.body).toMatchObject({
      message: expect.stringContaining('User "alice" cannot list'),
    });
  });

  it('keeps address and data when it is killed and started again', async () => {
    await cluster.request('POST', secrets, secret('kept'));
    const before = await cluster.request('GET', `${secrets}/kept`);
    await cluster.stopApiServer();
    await expect(cluster.request('GET', '/version')).rejects.toThrow('ECONNREFUSED');
    await cluster.startApiServer();
    expect((await cluster.request('GET', `${secrets}/kept`)).body).toEqual(before.body);
  });

  it('answers nothing while it is paused', async () => {
    cluster.pause();
    let isAnswered = false;
    const answer = cluster.request('GET', '/version').then(() => (isAnswered = true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(isAnswered).toBe(false);
    cluster.resume();
    await answer;
  });

  it('is that of the spec before, which leaves nothing in it', async () => {
    const first = await startSandboxCluster();
    const started = await first.request('GET', '/api/v1/namespaces/default');
    await first.request('POST', secrets, secret('left'));
    const path = await first.kubeconfigFor({ token: 'x', name: 'left' });
    const version = resourceVersionOf(await first.request('GET', secrets));
    await first.stop();
    const second = await startSandboxCluster();
    expect(second.url).toBe(first.url);
    expect((await second.request('GET', secrets)).body).toMatchObject({ items: [] });
    expect(existsSync(path)).toBe(false);
    const uid = uidOf(await second.request('GET', '/api/v1/namespaces/default'));
    expect(uid).not.toBe(uidOf(started));
    expect(resourceVersionOf(await second.request('GET', secrets))).toBeLessThan(version);
    second.pause();
    await second.stop();
    expect(existsSync(second.dir)).toBe(false);
  });

  it('leaves nothing behind when the test process is killed', async () => {
    const script =
      `import { startSandboxCluster } from './test/sandbox/sandbox-cluster.js';` +
      `console.log((await startSandboxCluster()).dir); process.kill(process.pid, 'SIGKILL');`;
    const child = spawn(
      process.execPath,
      ['--import', './test/ts-hooks.mjs', '--input-type=module', '--eval', script],
      { cwd: join(import.meta.dirname, '..', '..'), stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
    const dir = output.trim();
    expect(dir).toContain('sallyport-sandbox-');
    await expect.poll(() => existsSync(dir), { timeout: 10_000 }).toBe(false);
    await expect.poll(() => processesMentioning(dir), { timeout: 10_000 }).toEqual([]);
  });
});
