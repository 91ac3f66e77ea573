import { linkSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { scaled } from '../../support/scale.js';
import { seedSecret } from '../../support/seed.js';
import { Tmpfs } from '../../integration/audit/tmpfs.js';
import { AUDIT_ID } from '../../support/stored-entries.js';

const REQUESTS = scaled(10_000, 500);
/** Where the fault is slow to tell. */
const REQUESTS_MAX = 4 * REQUESTS;
const AT_ONCE = 32;
const LATE_MS = 2_000;
/** For the way there and back, with so many at once, beside other files of tests in a short run. */
const SLACK_MS = scaled(1_000, 4_000);
const value = 'never-without-a-record';
const path = '/v1/namespaces/pay/secrets/db/keys/password';

let volume: Tmpfs;
let installation: TestInstallation;
let base: string;
let token: string;
let database: string;
/** Files that were the database before, and still have a name. */
const former: string[] = [];

beforeAll(async () => {
  volume = new Tmpfs(512);
  const dataDir = join(volume.path, 'data');
  const limits = { requestsPerSecond: 1_000_000, burst: 1_000_000 };
  installation = await TestInstallation.start({ dataDir, limits });
  [base = ''] = await installation.gateway.listen();
  database = join(dataDir, 'sallyport.db');
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: value });
  token = await installation.user('pay', 'app', [allOfSecrets]);
});

afterAll(async () => {
  await installation.stop();
  volume.unmount();
});

interface Told {
  readonly status: number;
  readonly auditId: string;
  readonly hasValue: boolean;
  readonly durationMs: number;
}

const isRefused = ({ status }: Told): boolean => status !== 200;

async function ask(): Promise<Told> {
  const startedAtMs = performance.now();
  const { status, headers, text } = await send(base, { path, token });
  const durationMs = performance.now() - startedAtMs;
  const auditId = String(headers['audit-id']);
  return { status, auditId, hasValue: text === value, durationMs };
}

/**
 * Requests without a pause; a fault comes after a third of them and goes after two thirds, but not
 * before something was refused: a write-ahead log that has just begun anew takes what it had room
 * for.
 */
async function load(comes: () => void, goes: () => void): Promise<readonly Told[]> {
  const told: Told[] = [];
  let sent = 0;
  let goneAt = Number.POSITIVE_INFINITY;
  const client = async (): Promise<void> => {
    while (sent < Math.min(goneAt + REQUESTS / 3, REQUESTS_MAX)) {
      sent += 1;
      if (sent === Math.floor(REQUESTS / 3)) comes();
      if (sent >= (REQUESTS * 2) / 3 && sent < goneAt && told.some(isRefused)) {
        goneAt = sent;
        goes();
      }
      told.push(await ask());
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  // Nothing was refused: the next fault is not to find this one.
  if (goneAt === Number.POSITIVE_INFINITY) goes();
  return told;
}

/** The database keeps another name when it loses its own, and its log with it. */
function keepFormer(): void {
  const kept = `${database}.former-${former.length}`;
  for (const suffix of ['', '-wal']) linkSync(database + suffix, kept + suffix);
  former.push(kept);
}

function recorded(): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const file of [database, ...former]) {
    const opened = new DatabaseSync(file);
    const rows = opened.prepare(`SELECT ${AUDIT_ID} AS audit_id FROM audit_entries`).all();
    for (const row of rows) ids.add(String(row['audit_id']));
    opened.close();
  }
  return ids;
}

const nothing = (): void => undefined;

it.each<readonly [string, () => void, () => void]>([
  ['is full', () => volume.fill(), () => volume.drain()],
  ['is read-only', () => volume.makeReadOnly(), () => volume.makeWritable()],
  [
    'loses its database',
    () => {
      keepFormer();
      for (const suffix of ['', '-wal', '-shm']) rmSync(database + suffix, { force: true });
    },
    nothing,
  ],
  [
    'gets a copy in its place',
    () => {
      const copy = join(volume.path, 'copy.db');
      const other = new DatabaseSync(database);
      other.exec(`VACUUM INTO '${copy}'`);
      other.close();
      keepFormer();
      renameSync(copy, database);
    },
    nothing,
  ],
])(
  'while the volume %s under load, no value leaves without a record, and none is late',
  async (_what, comes, goes) => {
    const told = await load(comes, goes);
    expect(told.length).toBeGreaterThanOrEqual(REQUESTS);
    await expect.poll(async () => (await ask()).status, { timeout: 10_000 }).toBe(200);
    const ids = recorded();
    const answered = told.filter(({ status }) => status === 200);
    const refused = told.filter(isRefused);
    expect(answered.filter(({ auditId }) => !ids.has(auditId))).toEqual([]);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.filter(({ status, hasValue }) => status !== 503 || hasValue)).toEqual([]);
    expect(refused.filter(({ durationMs }) => durationMs > LATE_MS + SLACK_MS)).toEqual([]);
    expect((await ask()).hasValue).toBe(true);
  },
  600_000,
);
