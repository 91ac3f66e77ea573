import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { databasePath } from '../../../src/platform/storage/open-database.js';
import { Tmpfs } from '../../integration/audit/tmpfs.js';
import { CaptureWorld, historyOf } from '../../integration/versions/capture-world.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { scaled } from '../../support/scale.js';
import { seedSecret } from '../../support/seed.js';
import { AUDIT_ID } from '../../support/stored-entries.js';

const MIB = 1024 * 1024;
/** Of a value: what Kubernetes takes at most, less what stands around it. */
const VALUE_BYTES = MIB - 1_024;
const LOUD_WRITES = scaled(400, 36);

let volume: Tmpfs;
let installation: TestInstallation;
let base: string;
let world: CaptureWorld;
const tokens = new Map<string, string>();

async function start(megabytes: number, versions: object): Promise<void> {
  volume = new Tmpfs(megabytes);
  installation = await TestInstallation.start({ dataDir: join(volume.path, 'data'), versions });
  [base = ''] = await installation.gateway.listen();
  world = new CaptureWorld(installation);
  for (const namespace of ['loud', 'quiet']) {
    await installation.serve(namespace);
    await seedSecret(installation, namespace, 'db', { password: 'root' });
    tokens.set(namespace, await installation.user(namespace, 'app', [allOfSecrets]));
    await world.followed(namespace);
  }
}

afterEach(async () => {
  await installation.stop();
  volume.unmount();
});

interface Served {
  readonly status: number;
  readonly version: unknown;
  readonly auditId: unknown;
}

async function call(namespace: string, method: string, body?: object): Promise<Served> {
  const path = `/v1/namespaces/${namespace}/secrets/db`;
  const answer = await send(base, { method, path, token: tokens.get(namespace), body });
  const { version } = answer.json();
  return { status: answer.status, version, auditId: answer.headers['audit-id'] };
}

async function writeLoudly(): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let edit = 0; edit < LOUD_WRITES; edit += 1) {
    const blob = String(edit).padStart(VALUE_BYTES, 'x');
    statuses.push((await call('loud', 'PUT', { stringData: { blob } })).status);
  }
  return statuses;
}

/** Reads and writes in another namespace for as long as something goes on. */
async function workQuietly(during: Promise<unknown>) {
  const [reads, writes]: [Served[], Served[]] = [[], []];
  let isOver = false;
  void during.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  while (!isOver) {
    reads.push(await call('quiet', 'GET'));
    const password = `edit-${writes.length}`;
    writes.push(await call('quiet', 'PATCH', { stringData: { password } }));
  }
  return { reads, writes };
}

async function readiness() {
  const health = await installation.gateway.health.getUrl();
  const { status, text } = await send(health, { path: '/readyz?verbose' });
  return { status, text };
}

/** Each of these calls has its event. */
function expectAudited(calls: readonly Served[]): void {
  const database = new DatabaseSync(databasePath(installation.config.dataDir), { readOnly: true });
  const rows = database.prepare(`SELECT ${AUDIT_ID} AS audit_id FROM audit_entries`).all();
  database.close();
  const known = new Set(rows.map((row) => row['audit_id']));
  expect(calls.filter(({ auditId }) => !known.has(String(auditId)))).toEqual([]);
}

describe('a namespace that writes versions of 1 MiB in a loop, on a small disk,', () => {
  it('loses its own old history, and nobody else anything', async () => {
    const minimums = { minAge: '0s', minCount: 1 };
    await start(128, { limit: 100_000, namespaceBytesMax: 8 * MIB, ...minimums });
    const loud = writeLoudly();
    const { reads, writes } = await workQuietly(loud);
    expect(new Set(await loud)).toEqual(new Set([200]));
    expect(new Set([...reads, ...writes].map(({ status }) => status))).toEqual(new Set([200]));
    expect(writes.length).toBeGreaterThan(3);
    expectAudited([...reads, ...writes]);
    const quiet = async () =>
      (await historyOf(installation.gateway, 'quiet', 'db')).map(({ version }) => version);
    const all = Array.from({ length: writes.length + 1 }, (_, index) => index + 1);
    await expect.poll(quiet, { timeout: 10_000 }).toEqual(all);
    const left = async () =>
      (await historyOf(installation.gateway, 'loud', 'db')).map(({ version }) => version);
    await expect.poll(async () => (await left()).at(-1)).toBe(LOUD_WRITES + 1);
    const kept = await left();
    expect(kept.length).toBeLessThan(8);
    // The latest of all, without one missing between.
    expect(kept).toEqual(kept.map((_, index) => LOUD_WRITES + 2 - kept.length + index));
    const { bavail, bsize } = statfsSync(volume.path);
    expect(bavail * bsize).toBeGreaterThan(32 * MIB);
    const { status, text } = await readiness();
    expect(status).toBe(200);
    // The broker may follow no namespace that nobody serves.
    expect(text).not.toContain('nothing is recorded');
  }, 300_000);

  it('stops history where it may take more than there is, and nothing else', async () => {
    await start(64, { limit: 100_000 });
    const loud = writeLoudly();
    const { reads, writes } = await workQuietly(loud);
    expect(new Set(await loud)).toEqual(new Set([200]));
    expect(new Set([...reads, ...writes].map(({ status }) => status))).toEqual(new Set([200]));
    expectAudited([...reads, ...writes]);
    const { status, text } = await readiness();
    expect(status).toBe(200);
    expect(text).toMatch(/history.*nothing is recorded: the disk .* is full/);
    const answer = await call('quiet', 'GET');
    expect(answer.status).toBe(200);
  }, 300_000);
});
