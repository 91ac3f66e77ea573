import { describe, expect, it } from 'vitest';
import { isSpan, spanMac, spansFrom } from '../../../../../src/audit/queue/domain/spans.js';
import { limits } from '../../../../../src/core/limits.js';
import { rowMac } from '../../../encryption/row-integrity.builder.js';
import { chainOf } from './chain.builder.js';

const { rows, tail } = chainOf(3);
const { hash } = tail;
const part = { entries: rows, hash };
const last = { firstLeaf: 10, writer: 7, firstSequence: -4, entries: 5, hash: Buffer.alloc(32) };

describe('spans of a batch', () => {
  it('follow each other in the log', () => {
    const other = { entries: chainOf(2, 9).rows, hash };
    expect(spansFrom(20, [part, other], undefined)).toEqual([
      { firstLeaf: 20, writer: 7, firstSequence: 1, entries: 3, hash },
      { firstLeaf: 23, writer: 9, firstSequence: 1, entries: 2, hash },
    ]);
  });

  it('extend the last span that they continue, and no other', () => {
    expect(spansFrom(15, [part], last)).toEqual([{ ...last, entries: 8, hash }]);
    const separate = [
      [16, last],
      [15, { ...last, writer: 8 }],
      [15, { ...last, firstSequence: -5 }],
      [limits.auditSpanEntriesMax, { ...last, firstLeaf: 0, entries: limits.auditSpanEntriesMax }],
    ] as const;
    for (const [first, before] of separate) {
      expect(spansFrom(first, [part], before)).toMatchObject([{ firstLeaf: first, entries: 3 }]);
    }
  });

  it('have MACs over all that they say', () => {
    const mac = rowMac();
    const stored = { ...last, mac: spanMac(mac, last) };
    expect(isSpan(stored, mac)).toBe(true);
    for (const name of ['firstLeaf', 'writer', 'firstSequence', 'entries'] as const) {
      expect(isSpan({ ...stored, [name]: 1 }, mac)).toBe(false);
    }
  });
});
