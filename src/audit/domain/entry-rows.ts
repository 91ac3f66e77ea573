import { Buffer } from 'node:buffer';
import { limits } from '../../core/limits.js';
import type { AuditEntryTable, AuditNameTable } from '../../storage/schema.js';
import { indexColumns, indexedName, namesIn } from './index-columns.js';
import { annotation, type KubernetesAuditEvent } from './kubernetes-event.js';
import { leafHash } from './leaf-hash.js';
import type { LogEntry } from './log-entry.js';

/** What one entry adds to the database. */
export interface EntryRows {
  readonly entry: AuditEntryTable;
  readonly names: readonly AuditNameTable[];
}

/** The rows of consecutive entries from a leaf index on. */
export function batchRows(
  entries: readonly LogEntry[],
  first: number,
  isConcluded: (callIndex: number) => boolean,
): readonly EntryRows[] {
  const concludedHere = new Set<number>();
  return entries.map((given, offset) => {
    const { callIndex } = given;
    if (given.stage !== 'outcome' || callIndex === undefined) {
      return entryRows(given, first + offset);
    }
    // A call is listed once: whoever concludes it second stays in the log beside the first.
    const isSecond = concludedHere.has(callIndex) || isConcluded(callIndex);
    concludedHere.add(callIndex);
    return entryRows(isSecond ? { ...given, stage: 'joined' } : given, first + offset);
  });
}

/** The rows of one entry. */
export function entryRows(given: LogEntry, leafIndex: number, nowMs = Date.now()): EntryRows {
  const { json, stage, callIndex = leafIndex, source = 'gateway' } = given;
  const bytes = Buffer.from(json, 'utf8');
  // Our own JSON, made from this type.
  const event = JSON.parse(json) as KubernetesAuditEvent;
  const entry = {
    leaf_index: leafIndex,
    stage,
    call_index: callIndex,
    source,
    ...indexColumns(event, nowMs),
    leaf_hash: leafHash(bytes),
    event: bytes,
  };
  const names = namesOf(event, entry, nowMs);
  if (stage !== 'joined') return { entry, names };
  // Never listed; but what the cluster reports of its calls is of a call of ours all the same.
  const isOurs = source === 'gateway';
  return { entry, names: isOurs ? names.filter(({ kind }) => kind === 'upstream') : [] };
}

function namesOf(
  event: KubernetesAuditEvent,
  entry: AuditEntryTable,
  nowMs: number,
): readonly AuditNameTable[] {
  const { call_index, leaf_index, stage, time_ms } = entry;
  const isLate = stage === 'single' && Math.abs(nowMs - time_ms) > limits.auditLateMs;
  const facts = event.annotations;
  const lists = {
    key: namesIn(facts[annotation.keys]),
    group: event.user.groups.map(indexedName),
    mark: namesIn(facts[annotation.marks]),
    upstream: namesIn(facts[annotation.upstreamIds]),
    // A search by time looks for these apart: all others lie in the log as their times do.
    late: isLate ? [''] : [],
  };
  return (Object.keys(lists) as (keyof typeof lists)[]).flatMap((kind) =>
    [...new Set(lists[kind])].map((name) => ({ kind, name, call_index, leaf_index })),
  );
}
