import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { encryptionSettings } from '../../../../src/platform/config/encryption-settings.js';
import { SystemClock } from '../../../../src/core/clock.js';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { RowMac } from '../../../../src/encryption/domain/row-mac.js';
import { openKeyRing } from '../../../../src/encryption/open-key-ring.js';
import { RowIntegrity } from '../../../../src/encryption/row-integrity.js';
import type { StoredKeyRing } from '../../../../src/encryption/stored-key-ring.js';
import type { RotationRun } from '../../../../src/rotation/domain/rotation-run.js';
import type {
  ChangeRecord,
  ClaimedRun,
  NewRun,
  RotationStore,
  RunValues,
} from '../../../../src/rotation/domain/rotation.store.js';
import { openRotationStore } from '../../../../src/rotation/store/open-rotation-store.js';
import { SealedRuns } from '../../../../src/rotation/store/sealed-runs.js';
import type { Database } from '../../../../src/platform/storage/database.js';
import {
  type dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../../postgres/test-storage.js';
import { callContext } from '../../../unit/audit/audit-builders.js';
import { newRun } from '../../../unit/rotation/store/run.builder.js';
import { type AuditFixture, auditOver } from '../../audit/audit-fixture.js';
import { storedEntries } from '../../../support/stored-entries.js';

export const CLUSTER = 'cluster-uid';

/** What one process makes of a database. */
export interface Replica {
  readonly audit: AuditFixture;
  readonly keys: StoredKeyRing;
  readonly integrity: RowIntegrity;
  /** Alarms of rows that no gateway has written. */
  readonly foreign: string[];
  readonly store: RotationStore;
  close(): Promise<void>;
}

/** Runs in a database of their own, for each test of a suite. */
export interface RotationFixture extends Replica {
  place: TestDatabase;
  /** The same database as another process of PostgreSQL has it; the same process on SQLite. */
  another(): Promise<RotationStore>;
}

/** Opens a store over a database that is open, which `close` closes. */
export async function replicaOver(database: Database, dataDir: string): Promise<Replica> {
  const audit = auditOver(database);
  await audit.ready();
  const clock = new SystemClock();
  const keys = await openKeyRing(
    { dataDir, encryption: encryptionSettings.parse({}) },
    {
      ...{ database, clock, keyUse: () => new SealedRuns(database).keyUse() },
      ...{ record: () => Promise.resolve(), onAlarm: () => undefined },
    },
  );
  const foreign: string[] = [];
  const integrity = new RowIntegrity(new RowMac(keys.rowKey), (message) => {
    foreign.push(message);
  });
  const rows = { keys, integrity };
  const parts = { database, transactions: audit.calls, ...rows, cluster: () => CLUSTER, clock };
  const store = await openRotationStore({ ...parts, holder: randomUUID() });
  const close = async () => {
    await keys.close();
    await audit.close();
  };
  return { audit, keys, integrity, foreign, store, close };
}

export function rotationFixture(dialect: (typeof dialects)[number]): RotationFixture {
  let storage: TestStorage;
  let dataDir: string;
  const replicas: Replica[] = [];
  // Filled before each test, which is when anybody looks.
  const fixture = {} as RotationFixture;

  beforeAll(async () => {
    storage = await startStorage(dialect);
  });
  afterAll(() => storage.stop());

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'sallyport-rotation-'));
    const place = await storage.create();
    const open = async () => {
      const replica = await replicaOver(await place.open(), dataDir);
      replicas.push(replica);
      return replica;
    };
    const first = await open();
    const another = async () => (dialect === 'sqlite' ? first.store : (await open()).store);
    Object.assign(fixture, { ...first, place, another });
  });
  afterEach(async () => {
    for (const replica of replicas.splice(0)) await replica.close();
    await fixture.place.remove();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return fixture;
}

/** An event by which a test finds a change again. */
export function record(
  wish: Partial<ChangeRecord> & { readonly note?: string } = {},
): ChangeRecord {
  const { note = 'changed', ...rest } = wish;
  return {
    ctx: callContext(),
    facts: { action: 'rotations.run', namespace: 'pay', secret: note },
    result: { outcome: 'allowed', code: 202, plane: 'none', upstreamIds: [] },
    ...rest,
  };
}

/** How many events there are of each note. */
export async function notes({ audit }: Replica): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const { secret } of await storedEntries(audit.database)) {
    counts[secret ?? ''] = (counts[secret ?? ''] ?? 0) + 1;
  }
  return counts;
}

/** Begins a run and takes its lease. */
export async function claimNew(
  store: RotationStore,
  wish: Partial<NewRun> = {},
): Promise<RotationRun> {
  const run = newRun({ id: randomUUID(), startedMs: Date.now(), ...wish });
  await store.begin(run, record({ note: 'begun' }));
  return (await claimed(store, run.id)).run;
}

export async function claimed(store: RotationStore, id: string): Promise<ClaimedRun> {
  const claim = await store.claim(id);
  if (claim === undefined) throw new Error(`${id} is not to be had`);
  return claim;
}

/** The lease of a run ends now, as if its holder had been silent for long. */
export function endLease({ place }: RotationFixture, id: string) {
  return place.run(`UPDATE rotation_runs SET lease_until_ms = 1 WHERE id = '${id}'`);
}

export function valuesOf(password: string, former = 'former'): RunValues {
  const map = (text: string) =>
    new Map([['password', SecretValue.fromBytes(new TextEncoder().encode(text))]]);
  return { body: { suspend: false }, pending: map(password), former: map(former) };
}

/** The new password among the values of a run. */
export function passwordOf(values: RunValues | undefined): string | undefined {
  return values?.pending.get('password')?.revealText();
}
