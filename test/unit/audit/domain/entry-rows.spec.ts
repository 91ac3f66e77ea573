import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { entryRows, logRow, placedEntries } from '../../../../src/audit/domain/entry-rows.js';
import { leafHash } from '../../../../src/audit/domain/leaf-hash.js';
import { rowMac } from '../../encryption/row-integrity.builder.js';
import { eventOf } from '../audit-builders.js';

const json = JSON.stringify(eventOf({ facts: { keys: ['password', 'user'] } }));
const never = () => false;
const mac = rowMac();

it('makes a row of the bytes as they are, with their leaf hash', () => {
  const { entry } = entryRows({ json, stage: 'single' }, 7, { mac });
  expect(entry).toMatchObject({ leaf_index: 7, call_index: 7, stage: 'single', source: 'gateway' });
  expect(Buffer.from(entry.event).toString()).toBe(json);
  expect(entry.leaf_hash).toEqual(leafHash(entry.event));
});

it('makes a row of each name, once, under the call', () => {
  const event = eventOf({
    facts: { dryRun: true, keys: ['password', 'password'] },
    result: { upstreamIds: ['u-1', 'u-2'] },
  });
  const outcome = { json: JSON.stringify(event), stage: 'outcome', call: 3 } as const;
  const at = { call_index: 3, leaf_index: 4 };
  expect(entryRows(outcome, 4, { mac }).names).toEqual([
    { kind: 'key', name: 'password', ...at },
    { kind: 'group', name: 'dev', ...at },
    { kind: 'group', name: 'system:authenticated', ...at },
    { kind: 'mark', name: 'dry-run', ...at },
    { kind: 'upstream', name: 'u-1', ...at },
    { kind: 'upstream', name: 'u-2', ...at },
  ]);
});

it('makes no names of what is never listed', () => {
  expect(entryRows({ json, stage: 'joined', call: 1 }, 2, { mac }).names).toEqual([]);
});

it('keeps the calls to the cluster of a second outcome, but believes none that is reported', () => {
  const second = JSON.stringify(eventOf({ result: { upstreamIds: ['u-1'] } }));
  const joined = { json: second, stage: 'joined', call: 1 } as const;
  expect(entryRows(joined, 2, { mac }).names).toEqual([
    { kind: 'upstream', name: 'u-1', call_index: 1, leaf_index: 2 },
  ]);
  expect(entryRows({ ...joined, source: 'cluster' }, 2, { mac }).names).toEqual([]);
});

it('numbers a batch from its first index on', () => {
  const intent = { json, stage: 'intent' } as const;
  const rows = placedEntries([intent, { json, stage: 'outcome', call: 2 }], 5, never);
  expect(rows.map((entry) => [entry.leafIndex, entry.callIndex, entry.stage])).toEqual([
    [5, 5, 'intent'],
    [6, 2, 'outcome'],
  ]);
});

it('joins a second outcome to the first, be that in the log or in the same batch', () => {
  const outcomes = [1, 2, 2].map((call) => ({ json, stage: 'outcome', call }) as const);
  const rows = placedEntries(outcomes, 5, (call) => call === 1);
  expect(rows.map(({ stage }) => stage)).toEqual(['joined', 'outcome', 'joined']);
});

describe('a row of the log alone', () => {
  const rowOf = (event: object) =>
    logRow(
      {
        ...{ json: JSON.stringify(event), leafIndex: 7, callIndex: 7 },
        ...{ stage: 'single', source: 'gateway' },
      },
      mac,
      1_000,
    );

  it('has the bytes as they are, their hash, and when they were written', () => {
    const event = eventOf();
    const row = rowOf(event);
    expect(Buffer.from(row.event).toString()).toBe(JSON.stringify(event));
    expect(row).toMatchObject({ leaf_index: 7, call_index: 7, leaf_hash: leafHash(row.event) });
    expect(row).toMatchObject({ written_ms: 1_000, action: null, time_ms: null });
  });

  it.each(['audit.prune', 'audit.acceptRollback', 'audit.anchor'] as const)(
    'tells of %s, which the log is asked about',
    (action) => {
      expect(rowOf(eventOf({ facts: { action } })).action).toBe(action);
      expect(rowOf(eventOf({ facts: { action: 'audit.read' } })).action).toBeNull();
      expect(rowOf(eventOf({ ctx: { userAgent: `"${action}"` } })).action).toBeNull();
    },
  );

  it('has its own time where that of the event cannot be', () => {
    const event = eventOf();
    const marks = { 'sallyport.dev/marks': 'bypassed,time-implausible' };
    const marked = { ...event, annotations: { ...event.annotations, ...marks } };
    expect(rowOf(marked).time_ms).toBe(1_000);
    expect(rowOf(eventOf({ ctx: { userAgent: 'time-implausible' } })).time_ms).toBeNull();
  });
});

it('notes a single event that is written down out of the order of time, either way', () => {
  const late = { kind: 'late', name: '', call_index: 1, leaf_index: 1 };
  const atMs = Date.parse('2026-01-02T03:04:05.678Z');
  const event = { json: JSON.stringify(eventOf({ receivedAtMs: atMs })), stage: 'single' } as const;
  for (const nowMs of [atMs + 61_000, atMs - 61_000]) {
    expect(entryRows(event, 1, { mac, nowMs }).names).toContainEqual(late);
  }
  for (const nowMs of [atMs + 59_000, atMs - 59_000]) {
    expect(entryRows(event, 1, { mac, nowMs }).names).not.toContainEqual(late);
  }
  // Its call has its place by the intent.
  const outcome = { ...event, stage: 'outcome', call: 0 } as const;
  expect(entryRows(outcome, 1, { mac, nowMs: atMs + 61_000 }).names).not.toContainEqual(late);
});
