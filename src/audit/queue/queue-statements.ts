import type pg from 'pg';
import { limits } from '../../core/limits.js';
import type { RowMac } from '../../encryption/domain/row-mac.js';
import type { AuditQueueTable } from '../../platform/storage/audit-queue-schema.js';
import { COMMITS_ARE_DURABLE } from '../../platform/storage/postgres/check-server.js';
import { StorageError } from '../../platform/storage/storage-error.js';
import { holds } from '../append-log.js';
import type { ChangeStatement, LogEntry } from '../domain/log-entry.js';
import { type ColumnTypes, Parameters } from './column-arrays.js';
import {
  chainStart,
  type ChainTail,
  isTail,
  placeColumns,
  type QueuedEntry,
  tailMac,
} from './domain/chain.js';

/** Milliseconds since the epoch, by the clock that all processes share. */
export const NOW_MS = 'CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)';

const QUEUE_COLUMNS = {
  writer: 'bigint',
  sequence: 'bigint',
  stage: 'text',
  source: 'text',
  call_index: 'bigint',
  call_writer: 'bigint',
  call_sequence: 'bigint',
  event: 'bytea',
  previous: 'bytea',
  mac: 'bytea',
} as const satisfies ColumnTypes<AuditQueueTable>;

/** The settings apply to the transaction alone: a pooler may run the next one elsewhere. */
const BEGIN = `BEGIN;
    SET LOCAL lock_timeout = ${limits.postgresAppendMsMax};
    SET LOCAL idle_in_transaction_session_timeout = ${limits.postgresSilenceMsMax};`;

/** Stores a new chain, and that nothing of it is in the log. Throws if this role may not append. */
export async function registerChain(
  client: pg.Client,
  writer: number,
  mac: RowMac,
): Promise<ChainTail> {
  const start = chainStart(writer);
  const hash = Buffer.from(start.hash);
  const macs = (['audit_chains', 'audit_integrated'] as const).map((table) =>
    tailMac(mac, table, start),
  );
  await client.query({
    text: `WITH chain AS (INSERT INTO audit_chains (writer, sequence, hash, mac, changed_ms)
        VALUES ($1, 0, $2, $3, ${NOW_MS}))
      INSERT INTO audit_integrated (writer, sequence, hash, mac) VALUES ($1, 0, $2, $4)`,
    values: [writer, hash, ...macs],
  });
  return start;
}

/**
 * Returns the end of a chain as stored, once no statement of a former connection changes it any
 * more; undefined if there is none that a gateway has stored.
 */
export async function lockedTail(
  client: pg.Client,
  writer: number,
  mac: RowMac,
): Promise<ChainTail | undefined> {
  const { rows } = await client.query<Omit<ChainTail, 'writer'> & { readonly mac: Uint8Array }>({
    text: 'SELECT sequence, hash, mac FROM audit_chains WHERE writer = $1 FOR UPDATE',
    values: [writer],
  });
  const [row] = rows;
  if (row === undefined || !isTail(mac, 'audit_chains', { writer, ...row })) return undefined;
  return { writer, sequence: row.sequence, hash: row.hash };
}

/** Returns the sequence number of the last entry of a chain that is in the log; 0 if none is. */
export async function integratedSequence(client: pg.Client, writer: number): Promise<number> {
  const { rows } = await client.query<{ readonly sequence: number }>({
    text: 'SELECT sequence FROM audit_integrated WHERE writer = $1',
    values: [writer],
  });
  return rows[0]?.sequence ?? 0;
}

/**
 * Begins the batch's transaction with the changes of its entries, in the order of their keys, so
 * that two replicas do not deadlock. Returns the positions of entries whose guards did not hold.
 */
export async function beginChanges(
  client: pg.Client,
  entries: readonly LogEntry[],
): Promise<ReadonlySet<number>> {
  const lost = new Set<number>();
  const changes = entries
    .flatMap(({ change }, place) => (change === undefined ? [] : [{ place, change }]))
    .toSorted((one, other) => inOrder(one.change.key, other.change.key));
  await client.query(BEGIN);
  for (const { place, change } of changes) {
    const { rowCount } = await client.query(queryOf(change.guard));
    if (holds(rowCount ?? 0)) for (const one of change.rest) await client.query(queryOf(one));
    else lost.add(place);
  }
  return lost;
}

function inOrder(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function queryOf({ sql, parameters }: ChangeStatement): pg.QueryConfig {
  return { text: sql, values: [...parameters] };
}

/** Batch at the end of a chain. */
export interface ChainedBatch {
  readonly before: ChainTail;
  readonly rows: readonly QueuedEntry[];
  readonly after: ChainTail;
}

/** Result of an attempt to queue a batch. */
export interface Queued {
  /** Whether the batch is in the queue; otherwise, nothing has changed. */
  readonly isTaken: boolean;
  /** Sequence number of the last entry of this chain that is in the log. */
  readonly integrated: number;
}

/**
 * Queues a batch in one statement, which locks no row of another process. The batch is not taken if
 * the chain does not end where the batch begins. Throws StorageError if commits are not durable.
 */
export async function queued(
  client: pg.Client,
  { before, rows, after }: ChainedBatch,
  mac: RowMac,
): Promise<Queued> {
  const parameters = new Parameters();
  const add = (value: unknown, type: string): string => parameters.add(value, type);
  const { list, arrays } = parameters.addRows(QUEUE_COLUMNS, rows.map(rowOf));
  const afterMac = tailMac(mac, 'audit_chains', after);
  const writer = add(before.writer, 'bigint');
  // The settings are those of this transaction; they are read before the chain is locked.
  const text = `WITH settings AS MATERIALIZED (
      SELECT set_config('lock_timeout', ${add(String(limits.postgresAppendMsMax), 'text')}, true),
        ${COMMITS_ARE_DURABLE} AS are_durable, current_setting('fsync') AS fsync,
        current_setting('full_page_writes') AS full_page_writes,
        current_setting('synchronous_commit') AS synchronous_commit),
    chain AS (UPDATE audit_chains SET sequence = ${add(after.sequence, 'bigint')},
        hash = ${add(after.hash, 'bytea')}, mac = ${add(afterMac, 'bytea')}, changed_ms = ${NOW_MS}
      WHERE writer = ${writer}
        AND sequence = ${add(before.sequence, 'bigint')} AND hash = ${add(before.hash, 'bytea')}
        AND (SELECT are_durable FROM settings)
      RETURNING true AS taken),
    queued AS (INSERT INTO audit_queue (${list})
      SELECT one.* FROM unnest(${arrays}) AS one, chain)
    SELECT (SELECT taken FROM chain) AS taken,
      (SELECT sequence FROM audit_integrated WHERE writer = ${writer}) AS integrated,
      settings.* FROM settings`;
  const { rows: found } = await client.query<Settings>({ text, values: parameters.values });
  const [settings] = found;
  if (settings === undefined) throw new StorageError('the database has not answered a batch');
  demandDurable(settings);
  return { isTaken: settings.taken === true, integrated: settings.integrated ?? 0 };
}

function rowOf(entry: QueuedEntry): AuditQueueTable {
  const { writer, sequence, stage, source, call, event, previous, mac } = entry;
  const [call_index, call_writer, call_sequence] = placeColumns(call);
  const place = { writer, sequence, stage, source, call_index, call_writer, call_sequence };
  return { ...place, event, previous, mac };
}

interface Settings {
  readonly taken: boolean | null;
  readonly integrated: number | null;
  readonly are_durable: boolean;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
}

/** Checks durability settings, which can change while a server runs. */
function demandDurable(settings: Settings): void {
  if (settings.are_durable) return;
  const { fsync, full_page_writes, synchronous_commit: commit } = settings;
  throw new StorageError(
    `commits are not durable any more: fsync=${fsync}, full_page_writes=${full_page_writes}, ` +
      `synchronous_commit=${commit}`,
  );
}
