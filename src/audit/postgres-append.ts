import type pg from 'pg';
import { limits } from '../core/limits.js';
import { StorageError } from '../platform/storage/storage-error.js';
import { holds } from './append-log.js';
import type { EntryRows } from './domain/entry-rows.js';
import type { ChangeStatement, LogEntry } from './domain/log-entry.js';

/** The head as read by a batch, which then has it locked. */
export interface LockedHead {
  readonly first: number;
  /** Calls that the batch concludes but that are concluded already. */
  readonly concluded: ReadonlySet<number>;
}

const ENTRY_COLUMNS = {
  leaf_index: 'bigint',
  stage: 'text',
  audit_id: 'text',
  call_index: 'bigint',
  time_ms: 'bigint',
  user: 'text',
  credential_id: 'text',
  namespace: 'text',
  secret: 'text',
  source_ip: 'text',
  action: 'text',
  outcome: 'text',
  code: 'int',
  plane: 'text',
  source: 'text',
  groups: 'text',
  keys: 'text',
  marks: 'text',
  leaf_hash: 'bytea',
  event: 'bytea',
  mac: 'bytea',
} as const satisfies Record<keyof EntryRows['entry'], string>;

const NAME_COLUMNS = {
  kind: 'text',
  name: 'text',
  call_index: 'bigint',
  leaf_index: 'bigint',
} as const;

/** The settings apply to the transaction alone: a pooler may run the next one elsewhere. */
const BEGIN = `BEGIN;
    SET LOCAL lock_timeout = ${limits.postgresAppendMsMax};
    SET LOCAL idle_in_transaction_session_timeout = ${limits.postgresSilenceMsMax};`;

/**
 * Begins the batch's transaction with the changes of its entries. They run before the head is
 * locked, for which all others wait. They run in the order of their keys, so that two replicas do
 * not deadlock. Returns the positions of the entries whose guards did not hold.
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

/** Locks the head; begins the batch's transaction in the same query, if it has not begun. */
export async function lockedHead(
  client: pg.Client,
  entries: readonly LogEntry[],
  hasBegun: boolean,
): Promise<LockedHead> {
  // Numbers of our own: a query of several statements takes no parameters.
  const calls = entries.flatMap(({ stage, callIndex }) =>
    stage === 'outcome' && callIndex !== undefined ? Math.trunc(callIndex) : [],
  );
  const results = (await client.query(`${hasBegun ? '' : BEGIN}
    UPDATE audit_head SET size = size + ${entries.length} WHERE id = 1
      RETURNING size - ${entries.length} AS first, current_setting('fsync') AS fsync,
        current_setting('full_page_writes') AS full_page_writes,
        current_setting('synchronous_commit') AS synchronous_commit;
    SELECT call_index FROM audit_entries
      WHERE call_index IN (${['NULL', ...calls].join(', ')})
      AND stage NOT IN ('intent', 'joined')`)) as unknown as readonly pg.QueryResult[];
  const [head] = (results.at(-2)?.rows ?? []) as readonly HeadRow[];
  if (head === undefined) throw new StorageError('the audit log has lost its head');
  demandDurable(head);
  const rows = (results.at(-1)?.rows ?? []) as readonly { readonly call_index: number }[];
  return { first: head.first, concluded: new Set(rows.map((row) => row.call_index)) };
}

interface HeadRow {
  readonly first: number;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
}

/** Checks durability settings, which can change while a server runs. */
function demandDurable({ fsync, full_page_writes, synchronous_commit: commit }: HeadRow): void {
  if (fsync === 'on' && full_page_writes === 'on' && ['on', 'remote_apply'].includes(commit))
    return;
  throw new StorageError(
    `commits are not durable any more: fsync=${fsync}, full_page_writes=${full_page_writes}, ` +
      `synchronous_commit=${commit}`,
  );
}

/** Returns the queries that insert the rows; none for no rows. */
export function appendQueries(rows: readonly EntryRows[]): readonly pg.QueryConfig[] {
  const entries = rows.map(({ entry }) => entry);
  const names = rows.flatMap((one) => one.names);
  return [
    ...(entries.length === 0 ? [] : [insertOf('audit_entries', ENTRY_COLUMNS, entries)]),
    ...(names.length === 0 ? [] : [insertOf('audit_names', NAME_COLUMNS, names)]),
  ];
}

/** Throws if entries and head disagree, or if this role may not append. */
export async function checkedHead(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ size: number; found: number; may: boolean }>(`
    SELECT size, coalesce((SELECT max(leaf_index) + 1 FROM audit_entries), pruned_below) AS found,
      has_table_privilege('audit_entries', 'INSERT')
      AND has_table_privilege('audit_names', 'INSERT') AS may
    FROM audit_head WHERE id = 1`);
  const [head] = rows;
  if (head === undefined) throw new StorageError('the audit log has lost its head');
  if (!head.may)
    throw new StorageError('this role of the database may not append to the audit log');
  if (head.size !== head.found) {
    throw new StorageError(
      `the audit log is damaged: ${head.found} entries where ${head.size} should be`,
    );
  }
}

/** Builds an insert with one array a column: one statement text for any number of rows. */
function insertOf<T extends object>(
  table: string,
  columns: Readonly<Record<keyof T & string, string>>,
  rows: readonly T[],
): pg.QueryConfig {
  const names = Object.keys(columns) as (keyof T & string)[];
  const list = names.map((name) => `"${name}"`).join(', ');
  const arrays = names.map((name, index) => `$${index + 1}::${columns[name]}[]`).join(', ');
  return {
    text: `INSERT INTO ${table} (${list}) SELECT * FROM unnest(${arrays})`,
    values: names.map((name) => rows.map((row) => row[name])),
  };
}
