import { describe, expect, it } from 'vitest';
import {
  rollbackAgainst,
  rollbackSentence,
  worstOfBranches,
} from '../../../../../src/audit/anchors/domain/rollback.js';

const root = Buffer.alloc(32, 1);
const anchored = { size: 10, root };

describe('what was anchored', () => {
  it('is the beginning of a log as long or longer with the same root there', () => {
    expect(rollbackAgainst(anchored, { size: 10, rootThere: root })).toBeUndefined();
    expect(rollbackAgainst(anchored, { size: 11, rootThere: Buffer.from(root) })).toBeUndefined();
  });

  it('shows that a shorter log was rolled back', () => {
    const rollback = rollbackAgainst(anchored, { size: 9, rootThere: undefined });
    expect(rollback).toEqual({ kind: 'shorter', anchored, size: 9 });
    expect(rollback && rollbackSentence(rollback)).toBe(
      'the audit log was rolled back: 10 entries were anchored, but only 9 signed ones are there',
    );
  });

  it('shows that a log with another root there was replaced', () => {
    const rollback = rollbackAgainst(anchored, { size: 12, rootThere: Buffer.alloc(32) });
    expect(rollback).toEqual({ kind: 'forked', anchored, size: 12 });
    expect(rollback && rollbackSentence(rollback)).toBe(
      'the audit log was replaced: its first 10 entries are not those that were anchored',
    );
  });
});

describe('of several rollbacks', () => {
  it('the one against the largest tree of each branch counts, the largest first', () => {
    const branch = 'a'.repeat(64);
    const shorter = (one: object) =>
      ({ kind: 'shorter', anchored: { ...anchored, ...one }, size: 1 }) as const;
    const [small, large, named] = [
      shorter({ size: 20 }),
      shorter({ size: 30 }),
      shorter({ size: 25, branch }),
    ];
    expect(worstOfBranches([small, named, large])).toEqual([large, named]);
    expect(worstOfBranches([])).toEqual([]);
  });
});
