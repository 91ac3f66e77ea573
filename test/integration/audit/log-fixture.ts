import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogIntegrator } from '../../../src/audit/log/log-integrator.js';
import { LogKeyFile } from '../../../src/audit/log/log-key-file.js';
import { LogProofs } from '../../../src/audit/log/log-proofs.js';
import { LogStore } from '../../../src/audit/log/log-store.js';
import { TileReader } from '../../../src/audit/log/tile-reader.js';
import { checkExport } from '../../../src/audit/log/check-export.js';
import { LogCheck } from '../../../src/audit/log/domain/log-check.js';
import type { NoteVerifier } from '../../../src/audit/log/domain/note-key.js';
import type { LogFault } from '../../../src/audit/log/domain/log-fault.js';
import { tlogExport } from '../../../src/audit/log/tlog-export.js';
import type { Database } from '../../../src/platform/storage/database.js';
import type { TestDatabase } from '../../postgres/test-storage.js';
import { withoutGuards } from '../../postgres/without-guards.js';
import { type AuditFixture, entry } from './audit-fixture.js';
import { rowMac } from '../../unit/encryption/row-integrity.builder.js';

/** What a process makes of the log in a database. */
export interface TreeFixture {
  readonly store: LogStore;
  readonly tiles: TileReader;
  readonly proofs: LogProofs;
  readonly integrator: LogIntegrator;
  readonly keyFile: LogKeyFile;
  readonly verifiers: () => readonly NoteVerifier[];
  /** Events that accept a rollback and that no key has signed, as they were signed over. */
  readonly foreign: readonly number[];
}

export function treeOver(database: Database, keyFile: LogKeyFile): TreeFixture {
  const store = new LogStore(database);
  const tiles = new TileReader(store);
  const keys = () => keyFile.keys();
  const verifiers = () => keys().verifiers;
  const foreign: number[] = [];
  const onForeignAcceptance = (index: number) => void foreign.push(index);
  const integrator = new LogIntegrator({ store, tiles, mac: rowMac(), keys, onForeignAcceptance });
  const proofs = new LogProofs(tiles);
  return { store, tiles, proofs, integrator, keyFile, verifiers, foreign };
}

/** A new key in a folder that `remove` removes. */
export function temporaryKey(): { keyFile: LogKeyFile; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-log-key-'));
  const keyFile = new LogKeyFile({ path: join(dir, 'log.key'), origin: 'log.example' });
  keyFile.create();
  return { keyFile, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Appends so many different events, to a log that is ready for them. */
export async function append(
  { writer, searches }: Pick<AuditFixture, 'writer' | 'searches'>,
  count: number,
) {
  for (let isReady = false; !isReady;) {
    isReady = await writer.check().then(
      () => true,
      () => false,
    );
  }
  for (let from = 0; from < count; from += BATCH) {
    const fates = Array.from({ length: Math.min(BATCH, count - from) }, (_, at) =>
      writer.append(entry({ ctx: { userAgent: `agent ${from + at}` } })),
    );
    await Promise.all(fates);
  }
  await searches.integrated();
}

const BATCH = 64;

/** The verdict about an export of the log up to its last checkpoint. */
export async function verdictOf(
  { store, tiles, keyFile }: Pick<TreeFixture, 'store' | 'tiles' | 'keyFile'>,
  options: Partial<ConstructorParameters<typeof LogCheck>[0]> = {},
): Promise<LogFault | undefined> {
  const { verifiers } = keyFile.keys();
  const checkpoint = await store.lastCheckpoint();
  if (checkpoint === undefined) throw new Error('nothing was published');
  const check = new LogCheck({ trusted: verifiers, ...options });
  return checkExport(tlogExport({ store, tiles, verifiers, checkpoint }), check);
}

/** The log as it was with so many entries and what was signed of them: what an older copy has. */
export async function putBack(
  place: TestDatabase,
  dialect: 'sqlite' | 'postgres',
  size: number,
): Promise<void> {
  for (const sql of [
    ...(dialect === 'postgres' ? queueBefore(size) : []),
    `DELETE FROM audit_entries WHERE leaf_index >= ${size}`,
    `DELETE FROM audit_tiles WHERE (tile_index + 1) * 256 > ${size} AND level = 0`,
    `DELETE FROM audit_tiles WHERE level > 0`,
    `DELETE FROM audit_checkpoints WHERE size > ${size}`,
    `UPDATE audit_head SET size = ${size}`,
  ]) {
    await tamper(place, dialect, sql);
  }
}

/** The queue when all chains of these entries were deleted, as no gateway had written for long. */
const queueBefore = (size: number): readonly string[] => [
  `DELETE FROM audit_names WHERE leaf_index >= ${size}`,
  `DELETE FROM audit_spans WHERE first_leaf + entries > ${size}`,
  ...['audit_queue', 'audit_chains', 'audit_integrated'].map((table) => `DELETE FROM ${table}`),
];

/** Changes what lies in the database, past everything that guards it. */
export async function tamper(
  place: TestDatabase,
  dialect: 'sqlite' | 'postgres',
  sql: string,
): Promise<void> {
  if (dialect === 'postgres') {
    await place.run(withoutGuards(sql));
    return;
  }
  const guards = await place.run("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'");
  for (const { name } of guards) await place.run(`DROP TRIGGER ${String(name)}`);
  await place.run(sql);
  for (const guard of guards) await place.run(String(guard['sql']));
}
