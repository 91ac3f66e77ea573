import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SandboxCluster, startSandboxCluster } from '../../sandbox/sandbox-cluster.js';
import { scaled } from '../../support/scale.js';

const kills = scaled(100, 8);
const writers = 4;
const loadMsMax = 400;
const base = '/api/v1/namespaces/default/secrets';

interface Acknowledged {
  readonly resourceVersion: number;
  /** Undefined: deleted. */
  readonly value: string | undefined;
}

let sandbox: SandboxCluster;

beforeAll(async () => {
  sandbox = await startSandboxCluster();
});

afterAll(async () => {
  await sandbox?.stop();
});

/** Writes, rewrites and deletes Secrets of its own until the sandbox is gone. */
async function writeUntilGone(name: string, known: Map<string, Acknowledged>): Promise<number> {
  let highest = 0;
  for (let turn = 0; ; turn += 1) {
    const key = `${name}-${turn % 3}`;
    const value = `${turn}`;
    const isDelete = turn % 7 === 6 && known.get(key)?.value !== undefined;
    // A write without an answer may have happened; what it would have made is forgotten.
    const before = known.get(key);
    known.delete(key);
    try {
      const answer = isDelete
        ? await sandbox.request<Written>('DELETE', `${base}/${key}`)
        : await put(key, value, before?.value !== undefined);
      expect([200, 201]).toContain(answer.status);
      const revision = Number(answer.body.metadata?.resourceVersion ?? highest);
      known.set(key, { resourceVersion: revision, value: isDelete ? undefined : value });
      highest = Math.max(highest, revision);
    } catch (error) {
      if (isGone(error)) return highest;
      throw error;
    }
  }
}

interface Written {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly data?: { readonly value: string };
}

function put(name: string, value: string, exists: boolean) {
  const stringData = { value };
  return exists
    ? sandbox.request<Written>('PATCH', `${base}/${name}`, { stringData })
    : sandbox.request<Written>('POST', base, { metadata: { name }, stringData });
}

function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(code);
}

describe('a sandbox that is killed under write load', () => {
  it(`keeps what it acknowledged and never goes back, ${kills} times`, async () => {
    let highest = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const known = new Map<string, Acknowledged>();
      const load = Array.from({ length: writers }, (_, writer) =>
        writeUntilGone(`k${kill}-${writer}`, known),
      );
      await wait(Math.random() * loadMsMax);
      await sandbox.stopApiServer();
      highest = Math.max(highest, ...(await Promise.all(load)));
      await sandbox.startApiServer();
      for (const [name, { value, resourceVersion }] of known) {
        const { status, body } = await sandbox.request<Written>('GET', `${base}/${name}`);
        expect([name, status]).toEqual([name, value === undefined ? 404 : 200]);
        if (value === undefined) continue;
        const stored = Buffer.from(body.data?.value ?? '', 'base64').toString();
        expect([name, stored]).toEqual([name, value]);
        expect(body.metadata?.resourceVersion).toBe(String(resourceVersion));
      }
      const { body } = await sandbox.request<Written>('GET', `${base}?limit=1`);
      expect(Number(body.metadata?.resourceVersion)).toBeGreaterThanOrEqual(highest);
    }
    expect(highest).toBeGreaterThan(kills);
  }, 600_000);
});
