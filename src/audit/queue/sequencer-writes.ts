import type pg from 'pg';
import { limits } from '../../core/limits.js';
import type { RowMac } from '../../encryption/domain/row-mac.js';
import type {
  AuditIntegratedTable,
  AuditSpanTable,
} from '../../platform/storage/audit-queue-schema.js';
import { COMMITS_ARE_DURABLE } from '../../platform/storage/postgres/check-server.js';
import { StorageError } from '../../platform/storage/storage-error.js';
import { type ColumnTypes, Parameters } from './column-arrays.js';
import { tailMac } from './domain/chain.js';
import type { ChainSpan, PlannedChain } from './domain/plan-chain.js';
import type { SequencedBatch } from './domain/sequenced-batch.js';
import { type Span, spanMac } from './domain/spans.js';
import { entryArrays } from './entry-inserts.js';
import { NOW_MS } from './queue-statements.js';

const INTEGRATED_COLUMNS = {
  writer: 'bigint',
  sequence: 'bigint',
  hash: 'bytea',
  mac: 'bytea',
} as const satisfies ColumnTypes<AuditIntegratedTable>;

type SpanRow = Omit<AuditSpanTable, 'integrated_ms'>;
const SPAN_COLUMNS = {
  first_leaf: 'bigint',
  writer: 'bigint',
  first_sequence: 'bigint',
  entries: 'int',
  hash: 'bytea',
  mac: 'bytea',
} as const satisfies ColumnTypes<SpanRow>;

interface Removed {
  readonly writer: number;
  readonly from_sequence: number;
  readonly to_sequence: number;
}

const REMOVED_COLUMNS = {
  writer: 'bigint',
  from_sequence: 'bigint',
  to_sequence: 'bigint',
} as const satisfies ColumnTypes<Removed>;

/** Result of an attempt to integrate a batch. */
export interface Integration {
  /** Whether this process is still the sequencer. */
  readonly isHolder: boolean;
  /** Whether the batch is in the log; otherwise, nothing has changed but the lease. */
  readonly isTaken: boolean;
}

/**
 * Integrates a batch in one statement: entries, spans, ends of chains, and removal from the queue.
 * Nothing happens if the log has another size, or if another process has become the sequencer.
 */
export async function integrated(
  client: pg.Client,
  epoch: number,
  { first, rows, spans, chains }: SequencedBatch,
  mac: RowMac,
): Promise<Integration> {
  const parameters = new Parameters();
  const add = (value: unknown, type: string): string => parameters.add(value, type);
  const { entries, names } = entryArrays(parameters, rows);
  const { ends, spanRows, removed, broken } = chainArrays(parameters, { spans, chains }, mac);
  const size = add(first, 'bigint');
  // A statement of a former sequencer finds another epoch, and a batch behind others another size.
  const text = `WITH durability AS MATERIALIZED (
      SELECT set_config('lock_timeout', ${add(String(limits.postgresAppendMsMax), 'text')}, true),
        ${COMMITS_ARE_DURABLE} AS are_durable),
    lease AS (UPDATE audit_sequencer SET until_ms = ${NOW_MS} + ${limits.auditSequencerLeaseMs}
      WHERE id = 1 AND epoch = ${add(epoch, 'bigint')} AND (SELECT are_durable FROM durability)
      RETURNING true AS is_held),
    head AS (UPDATE audit_head SET size = ${size} + ${add(rows.length, 'bigint')}
      WHERE id = 1 AND size = ${size} AND (SELECT is_held FROM lease)
      RETURNING true AS taken),
    names AS (INSERT INTO audit_names (${names.list})
      SELECT one.* FROM unnest(${names.arrays}) AS one, head),
    entries AS (INSERT INTO audit_entries (${entries.list})
      SELECT one.* FROM unnest(${entries.arrays}) AS one, head),
    ends AS (INSERT INTO audit_integrated (${ends.list})
      SELECT one.* FROM unnest(${ends.arrays}) AS one, head
      ON CONFLICT (writer) DO UPDATE SET
        sequence = excluded.sequence, hash = excluded.hash, mac = excluded.mac),
    spans AS (INSERT INTO audit_spans (${spanRows.list}, integrated_ms)
      SELECT one.*, ${NOW_MS} FROM unnest(${spanRows.arrays}) AS one, head
      ON CONFLICT (first_leaf) DO UPDATE SET entries = excluded.entries,
        hash = excluded.hash, mac = excluded.mac, integrated_ms = excluded.integrated_ms),
    removed AS (DELETE FROM audit_queue AS q
      USING unnest(${removed.arrays}) AS one(${removed.list}), head
      WHERE q.writer = one.writer
        AND q.sequence BETWEEN one.from_sequence AND one.to_sequence),
    broken AS (DELETE FROM audit_chains AS c USING head WHERE c.writer = ANY (${broken}))
    SELECT coalesce((SELECT is_held FROM lease), false) AS "isHolder",
      coalesce((SELECT taken FROM head), false) AS "isTaken"`;
  const { rows: found } = await client.query<Integration>({ text, values: parameters.values });
  return found[0] ?? { isHolder: false, isTaken: false };
}

/** Adds what a batch changes besides the log. */
function chainArrays(
  parameters: Parameters,
  { spans, chains }: Pick<SequencedBatch, 'spans' | 'chains'>,
  mac: RowMac,
) {
  const brokenWriters = chains.filter(({ isBroken }) => isBroken).map(({ writer }) => writer);
  return {
    ends: parameters.addRows(
      INTEGRATED_COLUMNS,
      chains.map((chain) => endRow(chain, mac)),
    ),
    spanRows: parameters.addRows(
      SPAN_COLUMNS,
      spans.map((span) => spanRow(span, mac)),
    ),
    removed: parameters.addRows(REMOVED_COLUMNS, chains.flatMap(removedOf)),
    broken: parameters.add(brokenWriters, 'bigint[]'),
  };
}

function endRow({ integrated: end }: PlannedChain, mac: RowMac): AuditIntegratedTable {
  return { ...end, mac: tailMac(mac, 'audit_integrated', end) };
}

function spanRow(span: Span, mac: RowMac): SpanRow {
  const { firstLeaf: first_leaf, writer, firstSequence: first_sequence, entries, hash } = span;
  return { first_leaf, writer, first_sequence, entries, hash, mac: spanMac(mac, span) };
}

/** Damaged rows stay, so that they can be looked at. */
function removedOf({ writer, spans }: PlannedChain): readonly Removed[] {
  return spans.flatMap(({ entries }: ChainSpan) => {
    const [first, last] = [entries.at(0), entries.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [{ writer, from_sequence: first.sequence, to_sequence: last.sequence }];
  });
}

/** Becomes the sequencer, or renews the lease; returns the epoch, or undefined if refused. */
export async function claimed(client: pg.Client, holder: string): Promise<number | undefined> {
  const { rows } = await client.query<{ readonly epoch: number }>({
    // Nobody waits for the row while the holder has it locked.
    text: `WITH free AS (SELECT id FROM audit_sequencer
        WHERE id = 1 AND (holder = $1 OR until_ms < ${NOW_MS}) FOR UPDATE SKIP LOCKED)
      UPDATE audit_sequencer AS s SET until_ms = ${NOW_MS} + ${limits.auditSequencerLeaseMs},
        epoch = CASE WHEN s.holder = $1 THEN s.epoch ELSE s.epoch + 1 END, holder = $1
      FROM free WHERE s.id = free.id RETURNING s.epoch`,
    values: [holder],
  });
  return rows[0]?.epoch;
}

/** Ends the lease, so that another process need not wait for its end. */
export async function released(client: pg.Client, holder: string): Promise<void> {
  await client.query({
    text: "UPDATE audit_sequencer SET until_ms = 0, holder = '' WHERE id = 1 AND holder = $1",
    values: [holder],
  });
}

/** Deletes spans of entries whose loss an operator has accepted. */
export async function lossAccepted(client: pg.Client): Promise<void> {
  await client.query(`DELETE FROM audit_spans AS s USING audit_head AS h
    WHERE s.first_leaf + s.entries > h.size`);
}

/** Throws if entries and head disagree, or if this role may not append. */
export async function checkedHead(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ size: number; found: number; may: boolean }>(`
    SELECT size, coalesce((SELECT max(leaf_index) + 1 FROM audit_entries), pruned_below) AS found,
      has_table_privilege('audit_queue', 'INSERT')
      AND has_table_privilege('audit_entries', 'INSERT') AS may
    FROM audit_head WHERE id = 1`);
  const [head] = rows;
  if (head === undefined) throw new StorageError('the audit log has lost its head');
  if (!head.may) {
    throw new StorageError('this role of the database may not append to the audit log');
  }
  if (head.size !== head.found) {
    throw new StorageError(
      `the audit log is damaged: ${head.found} entries where ${head.size} should be`,
    );
  }
}

/** Deletes chains that have not grown for long and are in the log, and old spans. */
export async function tidied(client: pg.Client): Promise<void> {
  await client.query(`WITH idle AS (DELETE FROM audit_chains AS c USING audit_integrated AS d
      WHERE d.writer = c.writer AND d.sequence = c.sequence
        AND c.changed_ms < ${NOW_MS} - ${limits.auditChainIdleMs}
        AND NOT EXISTS (SELECT FROM audit_queue AS q WHERE q.writer = c.writer)
      RETURNING c.writer)
    DELETE FROM audit_integrated AS d USING idle WHERE d.writer = idle.writer`);
  await client.query(`DELETE FROM audit_spans
    WHERE integrated_ms < ${NOW_MS} - ${limits.auditSpanKeptMs}`);
}
