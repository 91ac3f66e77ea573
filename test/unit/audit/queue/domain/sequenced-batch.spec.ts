import { describe, expect, it } from 'vitest';
import { linked } from '../../../../../src/audit/queue/domain/chain.js';
import { chainStart, type QueuedEntry } from '../../../../../src/audit/queue/domain/chain.js';
import type { LogEntry } from '../../../../../src/audit/domain/log-entry.js';
import type { PlannedChain } from '../../../../../src/audit/queue/domain/plan-chain.js';
import {
  type BeforeBatch,
  callsOf,
  entriesIn,
  sequencedBatch,
} from '../../../../../src/audit/queue/domain/sequenced-batch.js';
import { rowMac } from '../../../encryption/row-integrity.builder.js';
import { eventOf } from '../../audit-builders.js';

const mac = rowMac();
const before: BeforeBatch = {
  size: 10,
  nowMs: 0,
  lastSpan: undefined,
  leafAt: ({ writer, sequence }) => (writer === 9 && sequence === 1 ? 4 : undefined),
  concluded: new Set(),
};

function entryOf(stage: LogEntry['stage'], call?: LogEntry['call']): LogEntry {
  const json = JSON.stringify(eventOf({ stage: stage === 'joined' ? 'single' : stage }));
  return { json, stage, ...(call !== undefined && { call }) };
}

function planOf(entries: readonly LogEntry[], faults: PlannedChain['faults'] = []): PlannedChain {
  const { rows, tail } = linked(entries, chainStart(7), mac);
  const span = { entries: [...rows], hash: tail.hash };
  return { writer: 7, spans: [span], faults, integrated: tail, isBroken: false };
}

const placesOf = (entries: readonly LogEntry[], state = before) =>
  sequencedBatch([planOf(entries)], state, mac).rows.map(({ entry }) => [
    entry.leaf_index,
    entry.call_index,
    entry.stage,
  ]);

describe('a batch of the sequencer', () => {
  it('has consecutive leaf indexes, and calls by theirs', () => {
    const own = { writer: 7, sequence: 1 };
    const entries = [
      entryOf('intent'),
      entryOf('outcome', own),
      entryOf('outcome', { writer: 9, sequence: 1 }),
      entryOf('joined', 2),
    ];
    expect(placesOf(entries)).toEqual([
      [10, 10, 'intent'],
      [11, 10, 'outcome'],
      [12, 4, 'outcome'],
      [13, 2, 'joined'],
    ]);
  });

  it('concludes a call once', () => {
    const outcome = entryOf('outcome', 4);
    expect(placesOf([outcome, outcome]).map(([, , stage]) => stage)).toEqual(['outcome', 'joined']);
    const concluded = { ...before, concluded: new Set([4]) };
    expect(placesOf([outcome], concluded)).toEqual([[10, 4, 'joined']]);
  });

  it('has an outcome alone if its call is not in the log before it', () => {
    const unknown = [{ writer: 8, sequence: 1 }, 10, 99];
    for (const call of unknown) {
      expect(placesOf([entryOf('outcome', call)])).toEqual([[10, 10, 'single']]);
    }
  });

  it('records damage after the entries', () => {
    const fault = { writer: 7, from: 2, to: 2, kind: 'EntriesMissing' } as const;
    const batch = sequencedBatch([planOf([entryOf('single')], [fault])], before, mac);
    expect(batch.rows.map(({ entry }) => entry.action)).toEqual([
      expect.any(String),
      'audit.damage',
    ]);
    expect(batch.spans).toMatchObject([{ firstLeaf: 10, entries: 1 }]);
  });

  it('names the calls that it must know', () => {
    const entries: readonly QueuedEntry[] = entriesIn([
      planOf([entryOf('single'), entryOf('outcome', 3)]),
    ]);
    expect(callsOf(entries)).toEqual([3]);
  });
});
