import type { AuditFilter } from '../../../src/audit/domain/audit-filter.js';
import { entryRows, type EntryRows } from '../../../src/audit/domain/entry-rows.js';
import type { LogEntry } from '../../../src/audit/domain/log-entry.js';
import type { Database } from '../../../src/platform/storage/database.js';
import { eventOf, principal } from '../../unit/audit/audit-builders.js';
import { rowMac } from '../../unit/encryption/row-integrity.builder.js';

export const startMs = Date.parse('2026-01-01T00:00:00Z');
/** From one entry of a generated log to the next. */
export const stepMs = 30_000;

/** A call as a search must find it. */
export interface Call {
  readonly id: string;
  /** Leaf index of the entry that it is listed by. */
  readonly leaf: number;
  readonly timeMs: number;
  readonly user: string;
  readonly groups: readonly string[];
  readonly namespace: string;
  readonly secret: string;
  readonly keys: readonly string[];
  readonly action: string;
  readonly outcome: string;
  readonly code: number;
  readonly plane: string;
  readonly source: string;
  readonly sourceIp: string;
  readonly marks: readonly string[];
}

type Unplaced = Omit<Call, 'id' | 'leaf'>;

/** A log of so many entries of every kind, the same each time, and the calls that it tells of. */
const mac = rowMac();

export function generateLog(size: number): { rows: EntryRows[]; calls: Call[] } {
  const random = randomFrom(7);
  const rows: EntryRows[] = [];
  const calls = new Map<number, Call>();
  const open: number[] = [];
  for (let index = 0; index < size; index += 1) {
    const nowMs = startMs + index * stepMs;
    const kind = random();
    const concluded = open[0];
    if (concluded !== undefined && kind < 0.12) {
      // Now and then one is passed over, and stays open.
      open.splice(0, random() < 0.9 ? 1 : 2);
      add('outcome', callIn(calls, concluded), concluded);
    } else if (kind < 0.25) {
      open.push(index);
      add('intent', someCall(random, nowMs, 0), index);
    } else if (kind < 0.27) {
      add('joined', someCall(random, nowMs, 0), Math.max(0, index - 5));
    } else {
      // Some are told of an hour later, some by a clock that is an hour ahead.
      const delay = random();
      const lateMs = delay < 0.03 ? 3_600_000 : 0;
      add('single', someCall(random, nowMs, delay > 0.99 ? -3_600_000 : lateMs), index);
    }

    function add(stage: LogEntry['stage'], call: Unplaced, callIndex: number): void {
      const { entry, names } = entryRows(entryOf(call, stage, callIndex), index, { mac, nowMs });
      rows.push({ entry, names });
      if (stage === 'joined') return;
      const unknown = { outcome: 'unknown', code: 0, plane: 'none' };
      const place = { id: String(callIndex), leaf: index };
      calls.set(callIndex, { ...call, ...(stage === 'intent' && unknown), ...place });
    }
  }
  return { rows, calls: [...calls.values()].toSorted((a, b) => Number(b.id) - Number(a.id)) };
}

/** Writes rows into a database that has none, past the thread that appends. */
export async function fillLog(database: Database, rows: readonly EntryRows[]): Promise<void> {
  const isOwn = database.dialect === 'postgres';
  await database.query(async (db) => {
    for (let start = 0; start < rows.length; start += 200) {
      const some = rows.slice(start, start + 200);
      await db
        .insertInto('audit_entries')
        .values(some.map(({ entry }) => (isOwn ? entry : logRowOf(entry))))
        .execute();
      if (!isOwn) continue;
      await db
        .insertInto('audit_names')
        .values(some.flatMap(({ names }) => names))
        .execute();
    }
    await db.updateTable('audit_head').set({ size: rows.length }).execute();
  }, 'work');
}

/** The row as SQLite has it. */
function logRowOf({ leaf_index, stage, call_index, source, leaf_hash, event }: EntryRows['entry']) {
  const written_ms = startMs + leaf_index * stepMs;
  return { leaf_index, stage, call_index, source, leaf_hash, event, written_ms };
}

/** Whether a call is one of those that a filter asks for. */
export function matches(call: Call, filter: AuditFilter): boolean {
  const { action, code = call.code, sinceMs = 0, untilMs = Infinity } = filter;
  if (filter.auditId !== undefined && filter.auditId !== auditIdOf(call, call.id)) return false;
  const wanted: readonly [name: string | undefined, found: readonly string[]][] = [
    [filter.namespace, [call.namespace]],
    [filter.secret, [call.secret]],
    [filter.user, [call.user]],
    [filter.credential, [`oidc:${call.user}`]],
    [filter.sourceIp, [call.sourceIp]],
    [filter.key, call.keys],
    [filter.group, call.groups],
    [filter.mark, call.marks],
    [filter.outcome, [call.outcome]],
    [filter.plane, [call.plane]],
    [filter.source, [call.source]],
  ];
  return (
    wanted.every(([name, found]) => name === undefined || isOneOf(name, found)) &&
    (action?.some((one) => isOneOf(one, [call.action])) ?? true) &&
    code === call.code &&
    call.timeMs >= sinceMs &&
    call.timeMs < untilMs
  );
}

/** Callers of the cluster choose theirs, and may choose the same one again. */
function auditIdOf({ source }: Unplaced, callIndex: number | string): string {
  return source === 'cluster' ? 'chosen' : `call-${callIndex}`;
}

function isOneOf(name: string, found: readonly string[]): boolean {
  return name.endsWith('*')
    ? found.some((one) => one.startsWith(name.slice(0, -1)))
    : found.includes(name);
}

function callIn(calls: ReadonlyMap<number, Call>, index: number): Call {
  const call = calls.get(index);
  if (call === undefined) throw new Error('it has no intent');
  return { ...call, outcome: 'allowed', code: 200, plane: 'caller', keys: ['later', ...call.keys] };
}

function someCall(random: () => number, nowMs: number, lateMs: number): Unplaced {
  const pick = <T>(...from: readonly [T, ...T[]]): T =>
    from[Math.floor(random() ** 2 * from.length)] ?? from[0];
  const user = random() < 0.5 ? pick('ann', 'annika', 'bob') : `job-${Math.floor(random() * 500)}`;
  const isDenied = random() < 0.1;
  return {
    timeMs: nowMs - lateMs,
    user,
    groups: [pick('dev', 'devops', 'ops'), 'system:authenticated'],
    namespace: pick('pay', 'pay-test', 'shop'),
    secret: pick('db', 'db-admin', 'tls'),
    keys: pick(['password'], ['password', 'pin'], [], ['pass']),
    action: pick('secrets.reveal', 'secrets.get', 'secrets.update'),
    outcome: isDenied ? 'denied' : 'allowed',
    code: isDenied ? 403 : 200,
    plane: pick('caller', 'broker'),
    source: random() < 0.02 ? 'cluster' : 'gateway',
    sourceIp: `10.0.${Math.floor(random() * 3)}.${Math.floor(random() * 200)}`,
    marks: random() < 0.03 ? ['dry-run'] : [],
  };
}

function entryOf(call: Unplaced, stage: LogEntry['stage'], callIndex: number): LogEntry {
  const { user, groups, sourceIp, namespace, secret, keys, marks } = call;
  const event = eventOf({
    ctx: {
      auditId: auditIdOf(call, callIndex),
      principal: principal(user, groups.slice(0, 1)),
      sourceIp,
    },
    // Actions are made up of those that there are.
    facts: {
      ...{ namespace, secret, keys, action: call.action as 'secrets.get' },
      ...(marks.length > 0 && { dryRun: true }),
    },
    ...(stage !== 'joined' && { stage }),
    result: { outcome: call.outcome as 'allowed', code: call.code, plane: call.plane as 'caller' },
    receivedAtMs: call.timeMs,
  });
  return { json: JSON.stringify(event), stage, call: callIndex, source: call.source as 'gateway' };
}

/** Xorshift: numbers from 0 to 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
