import type pg from 'pg';
import type { RowMac } from '../../encryption/domain/row-mac.js';
import { LogShrunk } from '../append-log.js';
import type { EntryPlace, QueuedPlace } from '../domain/entry-place.js';
import {
  chainStart,
  type ChainTail,
  isTail,
  type QueuedEntry,
  type TailTable,
} from './domain/chain.js';
import type { ReadChain } from './domain/plan-chain.js';
import { isSpan, type StoredSpan } from './domain/spans.js';
import { NOW_MS } from './queue-statements.js';

/** Writers that one round looks at; the next round looks at others. */
const SUSPECTS_MAX = 64;

interface StoredEnd {
  readonly sequence: number | null;
  readonly hash: Uint8Array | null;
  readonly mac: Uint8Array | null;
}

interface QueueRow extends Omit<QueuedEntry, 'call' | 'sequence'> {
  readonly done_sequence: number | null;
  readonly done_hash: Uint8Array | null;
  readonly done_mac: Uint8Array | null;
  readonly tail_sequence: number | null;
  readonly tail_hash: Uint8Array | null;
  readonly tail_mac: Uint8Array | null;
  readonly sequence: number | null;
  readonly call_index: number | null;
  readonly call_writer: number | null;
  readonly call_sequence: number | null;
}

/**
 * Returns the chains that are not in the log completely, in one snapshot, with at most this number
 * of entries each. `suspects`: writers whose stored ends are not trusted, or not there any more.
 */
export async function unintegrated(
  client: pg.Client,
  mac: RowMac,
  { entriesMax, suspects = [] }: { readonly entriesMax: number; readonly suspects?: Writers },
): Promise<readonly ReadChain[]> {
  const first = await readChains(client, mac, entriesMax, await provenEnds(client, suspects, mac));
  const altered = first.filter(({ isStateAltered }) => isStateAltered);
  if (altered.length === 0) return first;
  // Their rows begin after what the log proves, wherever the altered end was.
  const writers = [...suspects, ...altered.map(({ writer }) => writer)];
  return readChains(client, mac, entriesMax, await provenEnds(client, writers, mac));
}

type Writers = readonly number[];
type Ends = ReadonlyMap<number, ChainTail>;

async function readChains(
  client: pg.Client,
  mac: RowMac,
  entriesMax: number,
  proven: Ends,
): Promise<readonly ReadChain[]> {
  const ends = [...proven.values()];
  const { rows } = await client.query<QueueRow>({
    text: `SELECT writer, d.sequence AS done_sequence, d.hash AS done_hash, d.mac AS done_mac,
        c.sequence AS tail_sequence, c.hash AS tail_hash, c.mac AS tail_mac,
        q.sequence, q.stage, q.source, q.call_index, q.call_writer, q.call_sequence,
        q.event, q.previous, q.mac
      FROM audit_chains AS c FULL JOIN unnest($2::bigint[], $3::bigint[]) AS p(writer, sequence)
        USING (writer)
      LEFT JOIN audit_integrated AS d USING (writer)
      LEFT JOIN LATERAL (SELECT one.sequence, one.stage, one.source, one.call_index,
          one.call_writer, one.call_sequence, one.event, one.previous, one.mac
        FROM audit_queue AS one WHERE one.writer = coalesce(c.writer, p.writer)
          AND one.sequence > coalesce(p.sequence, d.sequence, 0)
        ORDER BY one.sequence LIMIT $1) AS q ON true
      WHERE (d.sequence, d.hash) IS DISTINCT FROM (c.sequence, c.hash)
        OR q.sequence IS NOT NULL OR p.sequence IS NOT NULL
      ORDER BY writer, q.sequence`,
    values: [entriesMax, ends.map(({ writer }) => writer), ends.map(({ sequence }) => sequence)],
  });
  return [...Map.groupBy(rows, ({ writer }) => writer)].map(([writer, some]) =>
    readChain(writer, some, { mac, entriesMax, proven: proven.get(writer) }),
  );
}

function readChain(
  writer: number,
  rows: readonly QueueRow[],
  {
    mac,
    entriesMax,
    proven,
  }: {
    readonly mac: RowMac;
    readonly entriesMax: number;
    readonly proven: ChainTail | undefined;
  },
): ReadChain {
  // Rows of one writer have the same ends.
  const [first] = rows as readonly [QueueRow];
  const done = { sequence: first.done_sequence, hash: first.done_hash, mac: first.done_mac };
  const tail = { sequence: first.tail_sequence, hash: first.tail_hash, mac: first.tail_mac };
  const integrated = endOf(mac, 'audit_integrated', writer, done);
  const entries = rows.flatMap(entryOf);
  return {
    writer,
    integrated: proven ?? integrated ?? chainStart(writer),
    isStateAltered: integrated === undefined,
    tail: endOf(mac, 'audit_chains', writer, tail),
    rows: entries,
    isWhole: entries.length < entriesMax,
  };
}

async function provenEnds(client: pg.Client, writers: Writers, mac: RowMac): Promise<Ends> {
  const ends = new Map<number, ChainTail>();
  for (const writer of new Set(writers)) ends.set(writer, await provenEnd(client, writer, mac));
  return ends;
}

/**
 * Returns writers of queued entries that no chain counts, and of chains that seem to be in the log
 * but whose stored ends no sequencer has stored: others than gateways have changed them.
 */
export async function suspectWriters(client: pg.Client, mac: RowMac): Promise<Writers> {
  const { rows: strays } = await client.query<{ readonly writer: number }>(
    `SELECT DISTINCT writer FROM audit_queue AS q
      WHERE NOT EXISTS (SELECT FROM audit_chains AS c WHERE c.writer = q.writer)
        AND q.sequence > coalesce((SELECT d.sequence FROM audit_integrated AS d
          WHERE d.writer = q.writer), 0) LIMIT ${SUSPECTS_MAX}`,
  );
  const { rows: ends } = await client.query<StoredEnd & { readonly writer: number }>(
    'SELECT d.* FROM audit_integrated AS d JOIN audit_chains AS c USING (writer, sequence, hash)',
  );
  const altered = ends.filter(
    ({ writer, ...end }) => endOf(mac, 'audit_integrated', writer, end) === undefined,
  );
  return [...strays, ...altered].map(({ writer }) => writer).slice(0, SUSPECTS_MAX);
}

function endOf(
  mac: RowMac,
  table: TailTable,
  writer: number,
  stored: StoredEnd,
): ChainTail | undefined {
  const { sequence, hash, mac: told } = stored;
  if (sequence === null || hash === null || told === null) return undefined;
  const end = { writer, sequence, hash };
  return isTail(mac, table, { ...end, mac: told }) ? end : undefined;
}

function entryOf(row: QueueRow): readonly QueuedEntry[] {
  const { writer, sequence, stage, source, event, previous, mac } = row;
  if (sequence === null) return [];
  return [{ writer, sequence, stage, source, call: callOf(row), event, previous, mac }];
}

function callOf({ call_index, call_writer, call_sequence }: QueueRow): EntryPlace | undefined {
  // A half place is none that a gateway has written: the entry's MAC shows that.
  if (call_writer !== null || call_sequence !== null) {
    return { writer: call_writer ?? -1, sequence: call_sequence ?? -1 };
  }
  return call_index ?? undefined;
}

interface SpanRow extends Omit<StoredSpan, 'firstLeaf' | 'firstSequence'> {
  readonly first_leaf: number;
  readonly first_sequence: number;
}

const SPAN = 'first_leaf, writer, first_sequence, entries, hash, mac';

/** Returns the end that the last span of a chain proves. */
async function provenEnd(client: pg.Client, writer: number, mac: RowMac): Promise<ChainTail> {
  const { rows } = await client.query<SpanRow>({
    text: `SELECT ${SPAN} FROM audit_spans WHERE writer = $1
      ORDER BY first_sequence DESC LIMIT 1`,
    values: [writer],
  });
  const span = rows[0] && spanOf(rows[0]);
  if (span === undefined || !isSpan(span, mac)) return chainStart(writer);
  return { writer, sequence: span.firstSequence + span.entries - 1, hash: span.hash };
}

function spanOf({ first_leaf: firstLeaf, first_sequence: firstSequence, ...row }: SpanRow) {
  return { firstLeaf, firstSequence, ...row };
}

/** State of the log that a batch must know. */
export interface LogState {
  readonly size: number;
  /** By the clock that all processes share. */
  readonly nowMs: number;
  /** The span that ends the log, if a sequencer has written the last entry. */
  readonly lastSpan: StoredSpan | undefined;
  /** Returns the leaf index of an entry that is in the log; undefined if it is not known. */
  readonly leafAt: (place: QueuedPlace) => number | undefined;
  /** Calls that are concluded already, of those that were asked for. */
  readonly concluded: ReadonlySet<number>;
}

/**
 * Returns the state of the log, and where these entries are in it. Throws LogShrunk if entries are
 * missing that a sequencer has written.
 */
export async function logState(
  client: pg.Client,
  mac: RowMac,
  places: readonly EntryPlace[],
): Promise<LogState> {
  const queuedPlaces = places.filter((place) => typeof place !== 'number');
  const { rows } = await client.query<SpanRow & { readonly size: number; readonly now_ms: number }>(
    `SELECT h.size, ${NOW_MS} AS now_ms, s.* FROM audit_head AS h
      LEFT JOIN LATERAL (SELECT ${SPAN} FROM audit_spans
        ORDER BY first_leaf DESC LIMIT 1) AS s ON true`,
  );
  const [{ size, now_ms: nowMs, ...last }] = rows as [(typeof rows)[number]];
  const found = await leavesOf(client, queuedPlaces, mac);
  const leafAt = ({ writer, sequence }: QueuedPlace) => found.get(`${writer}/${sequence}`);
  const indexes = places.flatMap((place) =>
    typeof place === 'number' ? place : (leafAt(place) ?? []),
  );
  const span = last.writer === null ? undefined : spanOf(last);
  const lastSpan = span !== undefined && isSpan(span, mac) ? span : undefined;
  const written = lastSpan === undefined ? 0 : lastSpan.firstLeaf + lastSpan.entries;
  if (written > size) throw new LogShrunk(written, size);
  return {
    size,
    nowMs,
    lastSpan,
    leafAt,
    concluded: await concludedAmong(client, indexes),
  };
}

async function leavesOf(
  client: pg.Client,
  places: readonly QueuedPlace[],
  mac: RowMac,
): Promise<ReadonlyMap<string, number>> {
  if (places.length === 0) return new Map();
  const { rows } = await client.query<SpanRow & { readonly sequence: number }>({
    text: `SELECT p.sequence, s.*
      FROM unnest($1::bigint[], $2::bigint[]) AS p(writer, sequence)
      CROSS JOIN LATERAL (SELECT ${SPAN} FROM audit_spans AS one WHERE one.writer = p.writer
        AND one.first_sequence <= p.sequence ORDER BY one.first_sequence DESC LIMIT 1) AS s
      WHERE p.sequence < s.first_sequence + s.entries`,
    values: [places.map(({ writer }) => writer), places.map(({ sequence }) => sequence)],
  });
  return new Map(
    rows.flatMap(({ sequence, ...row }) => {
      const span = spanOf(row);
      if (!isSpan(span, mac)) return [];
      const leaf = span.firstLeaf + sequence - span.firstSequence;
      return [[`${span.writer}/${sequence}`, leaf] as const];
    }),
  );
}

async function concludedAmong(
  client: pg.Client,
  calls: readonly number[],
): Promise<ReadonlySet<number>> {
  if (calls.length === 0) return new Set();
  const { rows } = await client.query<{ readonly call_index: number }>({
    text: `SELECT call_index FROM audit_entries
      WHERE call_index = ANY ($1::bigint[]) AND stage NOT IN ('intent', 'joined')`,
    values: [calls],
  });
  return new Set(rows.map(({ call_index }) => call_index));
}
