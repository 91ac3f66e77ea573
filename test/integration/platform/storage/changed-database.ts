import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encryptionSettings } from '../../../../src/platform/config/encryption-settings.js';
import { SystemClock } from '../../../../src/core/clock.js';
import { GatewayAccounts } from '../../../../src/core/gateway-accounts.js';
import { RowMac } from '../../../../src/encryption/domain/row-mac.js';
import { openKeyRing } from '../../../../src/encryption/open-key-ring.js';
import type { RowPass } from '../../../../src/encryption/row-check.js';
import { RowIntegrity } from '../../../../src/encryption/row-integrity.js';
import { StoredLogReads } from '../../../../src/audit/log/stored-log-reads.js';
import { StoredLogCheck } from '../../../../src/audit/log/stored-log-check.js';
import { IdempotencyStore } from '../../../../src/platform/idempotency/idempotency.store.js';
import { keyUse } from '../../../../src/encryption/key-use.js';
import { ObjectRows } from '../../../../src/custom-resources/store/object-rows.js';
import { openRotationStore } from '../../../../src/rotation/store/open-rotation-store.js';
import type { RunColumns } from '../../../../src/rotation/store/run-rows.js';
import { RunSeals } from '../../../../src/rotation/store/run-seals.js';
import { SealingKeys } from '../../../../src/sealing/sealing-keys.js';
import { SealingKeysStore } from '../../../../src/sealing/store/sealing-keys.store.js';
import { rowPasses } from '../../../../src/app/stored-rows.js';
import { LiveTokens } from '../../../../src/tokens/live-tokens.js';
import { RevokedTokens } from '../../../../src/tokens/revoked-tokens.service.js';
import { RevokedTokenIds } from '../../../../src/tokens/revoked-token-ids.js';
import { TokensStore } from '../../../../src/tokens/tokens.store.js';
import { SqlVersionsStore } from '../../../../src/versions/sql-versions.store.js';
import { auditOver } from '../../audit/audit-fixture.js';
import { append, temporaryKey, treeOver } from '../../audit/log-fixture.js';
import { openAll, recordSealed } from '../../encryption/sealed-versions.js';
import { record, valuesOf } from '../../rotation/store/rotation-fixture.js';
import type { TestDatabase } from '../../../postgres/test-storage.js';
import { callContext } from '../../../unit/audit/audit-builders.js';
import { newRun } from '../../../unit/rotation/store/run.builder.js';
import { tokenRecord } from '../../../unit/tokens/domain/token.builder.js';
import { rowMac } from '../../../unit/encryption/row-integrity.builder.js';
import { Outbox } from '../../../../src/audit/sinks/outbox.js';
import type { Database } from '../../../../src/platform/storage/database.js';
import { ownRows } from './owned-rows.js';
import { untilSearchable } from '../../../support/until-searchable.js';

const NAMES = ['one', 'two', 'three'];
const VERSIONS = 4;
const DONE = { outcome: 'allowed', code: 200, plane: 'none', upstreamIds: [] } as const;
const SLOT = { credentialId: 'oidc:alice', route: 'PUT secret', key: 'k' };

export type ChangedDatabase = Awaited<ReturnType<typeof fillDatabase>>;

/** A database with rows in every table, and all that looks at them. */
export async function fillDatabase(place: TestDatabase) {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-changed-'));
  const database = await place.open();
  const audit = auditOver(database);
  await audit.ready();
  const key = temporaryKey();
  const tree = treeOver(database, key.keyFile);
  const clock = new SystemClock();
  const ring = await openKeyRing(
    { dataDir, encryption: encryptionSettings.parse({}) },
    {
      ...{ database, clock, keyUse: () => keyUse(database) },
      ...{ record: () => Promise.resolve(), onAlarm: () => undefined },
    },
  );
  const mac = new RowMac(ring.rowKey);
  const told: string[] = [];
  const integrity = new RowIntegrity(mac, () => undefined);
  const versions = new SqlVersionsStore(database, { mac, integrity });
  const tokens = new TokensStore(database, integrity);
  const idempotency = new IdempotencyStore(database, integrity);
  const rotations = await openRotationStore({
    ...{ database, transactions: audit.calls, keys: ring, integrity, clock },
    cluster: () => 'cluster-uid',
    holder: 'test',
  });
  const objects = new ObjectRows(database, integrity);
  const accounts = new GatewayAccounts({ gatewayNamespace: 'ns', brokerServiceAccount: 'broker' });
  const sealingStore = new SealingKeysStore(database, integrity, audit.calls, accounts);
  /** As in a process that starts. */
  const sealing = (alarm: (message: string) => void = () => undefined) =>
    new SealingKeys(sealingStore, ring, clock, { alarm });
  await sealing().current();
  const parts = { versions, tokens, idempotency, rotations, objects, ring };
  await fillRows(parts);
  const outbox = { database, owner: 'test', rowKey: ring.rowKey };
  await new Outbox(outbox).lease('siem');
  await append(audit, 300);
  await tree.integrator.publish();
  const before = await snapshot(database);
  await moveOn(parts);
  const revoke = { action: 'tokens.revoke', token: 'D'.repeat(16) } as const;
  await audit.service.record(callContext(), revoke, DONE);
  await tree.integrator.publish();
  await untilSearchable(audit.searches);

  const logReads = { store: tree.store, reads: new StoredLogReads(database), mac: rowMac() };
  const passes = passesOf();
  function passesOf(): readonly RowPass[] {
    const revoked = new RevokedTokens(
      audit.service,
      new LiveTokens(database),
      new RevokedTokenIds(),
      { end: () => Promise.resolve() },
      clock,
      { tokens: { maxLifetimeSeconds: 86_400 } },
    );
    return [...rowPasses(database, { mac, integrity }), revoked.pass];
  }

  /** All that a gateway looks at by itself or where somebody asks; what it finds. */
  async function found(): Promise<readonly string[]> {
    const finds: string[] = [];
    const looks: readonly (() => Promise<void>)[] = [
      async () => {
        for (const pass of passes) {
          for await (const part of pass()) {
            finds.push(...part.map(({ table, name }) => `${table} ${name}`));
          }
        }
      },
      async () => {
        told.length = 0;
        const onAlarm = (message: string): void => void told.push(message);
        await new StoredLogCheck({ ...logReads, onAlarm, onDamage: onAlarm }).pass();
        finds.push(...told);
      },
      async () => void (await tree.integrator.publishDue()),
      async () => void (await openAll(ring, versions)),
      async () => {
        const { problem } = await sealing((message) => void finds.push(message)).usable();
        if (problem) throw problem;
      },
      async () => {
        const kept = await idempotency.find(SLOT);
        if (kept?.isForeign) finds.push('idempotency_records');
      },
      async () => void finds.push(...(await foreignNotifications())),
      async () => {
        if ((await versions.watchCursor('secrets')) === undefined) finds.push('watch_cursors');
      },
      async () => {
        for (const name of ['one', 'two']) {
          const run = await rotations.find({ ...newRun(), name }, `run-${name}`);
          if (run === undefined) finds.push(`rotation_runs run-${name}`);
          else if ((await rotations.values(run)) === undefined) finds.push('rotation_values');
        }
      },
      async () => {
        // What a gateway that starts finds of the keys.
        const started = await openKeyRing(
          { dataDir, encryption: encryptionSettings.parse({}) },
          {
            ...{ database, clock, keyUse: () => keyUse(database) },
            record: () => Promise.resolve(void finds.push('encryption_keys: another is active')),
            onAlarm: (message) => void finds.push(message),
          },
        );
        await started.close();
      },
    ];
    for (const look of looks) {
      await look().catch((error: unknown) => void finds.push(String(error)));
    }
    return finds;
  }

  async function foreignNotifications(): Promise<readonly string[]> {
    const seals = new RunSeals(integrity);
    const rows = await place.run('SELECT id, type, created_ms, body FROM rotation_outbox');
    return rows.flatMap(({ id, type, created_ms: createdMs, body }) => {
      const { mac: kept, ...columns } = JSON.parse(String(body)) as RunColumns & { mac: string };
      const whole = { id: String(id), type: String(type), createdMs: Number(createdMs), columns };
      return seals.isNotificationOurs(whole, kept) ? [] : [`rotation_outbox ${String(id)}`];
    });
  }

  return {
    database,
    found,
    /** Rows as they once were, by table. */
    before,
    async close(): Promise<void> {
      await ring.close();
      await audit.close();
      key.remove();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

interface Filled {
  readonly versions: SqlVersionsStore;
  readonly tokens: TokensStore;
  readonly idempotency: IdempotencyStore;
  readonly rotations: Awaited<ReturnType<typeof openRotationStore>>;
  readonly objects: ObjectRows;
  readonly ring: Awaited<ReturnType<typeof openKeyRing>>;
}

async function fillRows(parts: Filled): Promise<void> {
  const { versions, tokens, idempotency, rotations, objects, ring } = parts;
  for (const name of NAMES) await recordSealed(ring, versions, VERSIONS, name);
  await versions.setAlias(1, 'good', 2);
  await versions.setWatchCursor({ name: 'secrets', resourceVersion: '7' });
  for (const letter of 'ABCD') {
    const parentId = letter === 'B' ? 'A'.repeat(16) : undefined;
    const id = letter.repeat(16);
    await tokens.insert(tokenRecord({ id, parentId, expiresAtMs: Date.now() + 3_600_000 }));
  }
  const running = { fingerprint: Uint8Array.of(1), state: 'running', bootId: 'b' } as const;
  await idempotency.take(SLOT, { ...running, createdMs: Date.now() }, undefined);
  const author = { username: 'alice', uid: 'u', groups: [], extra: {} };
  for (const uid of ['p', 'q']) {
    await rotations.saveAuthor(uid, { specHash: 'h', author });
    await rotations.saveSchedule(uid, { scheduleHash: 's', nextRunMs: 1e13, lastDueMs: null });
    const object = { uid, resource: uid === 'p' ? 'secretshares' : 'secretimports' };
    await objects.saveAuthor(object, { specHash: 'h', author });
    await objects.saveFacts(object, { before: null, after: { seen: 1 } });
  }
  for (const name of ['one', 'two']) {
    const run = newRun({ id: `run-${name}`, name, startedMs: Date.now() });
    await rotations.begin(run, record());
    const claimed = await rotations.claim(run.id);
    if (claimed === undefined) throw new Error('the run is not to be had');
    const notification = { type: 'rotation.waiting', run: claimed.run } as const;
    await rotations.advance(claimed.run, { step: 'set' }, record({ notification }), valuesOf('pw'));
  }
}

/** Each kind of row changes once more, so that there is a former one. */
async function moveOn({ versions, tokens, rotations, objects }: Filled): Promise<void> {
  await versions.setAlias(1, 'good', 3);
  await versions.setRetired(1, 1);
  await versions.setState(2, 2, { from: ['live'], to: 'deleted', nowMs: Date.now() });
  await tokens.revoke('D'.repeat(16), { lastUsedAtMs: undefined, nowMs: Date.now() });
  const author = { username: 'bob', uid: 'v', groups: [], extra: {} };
  await rotations.saveAuthor('p', { specHash: 'i', author });
  await rotations.saveSchedule('p', { scheduleHash: 's', nextRunMs: 2e13, lastDueMs: null });
  const object = { uid: 'p', resource: 'secretshares' };
  await objects.saveAuthor(object, { specHash: 'i', author });
  await objects.saveFacts(object, { before: { seen: 1 }, after: { seen: 2 } });
}

export type Row = Readonly<Record<string, unknown>>;

/** All rows of all tables. */
async function snapshot(database: Database): Promise<ReadonlyMap<string, readonly Row[]>> {
  const owner = await ownRows(database.location);
  const rows = new Map<string, readonly Row[]>();
  for (const table of await owner.tables()) rows.set(table, await owner.rowsOf(table));
  await owner.close();
  return rows;
}
