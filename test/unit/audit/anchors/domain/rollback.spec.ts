import { describe, expect, it } from 'vitest';
import {
  rollbackAgainst,
  rollbackSentence,
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
