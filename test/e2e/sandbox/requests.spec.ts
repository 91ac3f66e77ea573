import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningSandbox } from '../../../packages/kube-sandbox/src/running-sandbox.js';
import { startSandbox } from '../../../packages/kube-sandbox/src/start-sandbox.js';

const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-sandbox-'));
const secrets = '/api/v1/namespaces/default/secrets';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ dataDir, port: 0 });
});

afterAll(async () => {
  await sandbox.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('requests of the sandbox as system:masters', () => {
  it('send the body of a DELETE, and do not mistake it for the next request', async () => {
    await sandbox.request('POST', secrets, { metadata: { name: 'kept' } });
    const options = { dryRun: ['All'] };
    const dryRun = await sandbox.request('DELETE', `${secrets}/kept`, options);
    expect(dryRun.status).toBe(200);
    const namespace = await sandbox.request('GET', '/api/v1/namespaces/kube-system');
    expect(namespace.body).toMatchObject({ metadata: { name: 'kube-system' } });
    expect((await sandbox.request('GET', `${secrets}/kept`)).status).toBe(200);
    const wrong = { preconditions: { uid: 'another' } };
    expect((await sandbox.request('DELETE', `${secrets}/kept`, wrong)).status).toBe(409);
  });
});
