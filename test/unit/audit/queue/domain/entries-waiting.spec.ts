import { describe, expect, it } from 'vitest';
import { entriesWaiting } from '../../../../../src/audit/queue/domain/entries-waiting.js';
import { chainOf, readOf } from './chain.builder.js';

describe('the number of entries that wait', () => {
  it('is 0 without chains, and for chains that are in the log', () => {
    expect(entriesWaiting([])).toBe(0);
    expect(entriesWaiting([readOf(3, { integrated: chainOf(3).tail, rows: [] })])).toBe(0);
  });

  it('counts all entries of all chains, also those that were not read', () => {
    const { rows } = chainOf(4);
    const part = readOf(4, { rows: rows.slice(0, 2), isWhole: false });
    expect(entriesWaiting([part, readOf(3)])).toBe(7);
  });

  it('counts the rows of a chain whose end is not known', () => {
    expect(entriesWaiting([readOf(3, { tail: undefined })])).toBe(3);
  });
});
