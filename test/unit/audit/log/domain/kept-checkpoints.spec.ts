import { describe, expect, it } from 'vitest';
import { acceptanceFacts } from '../../../../../src/audit/anchors/domain/accepted-rollback.js';
import { annotation } from '../../../../../src/audit/domain/kubernetes-event.js';
import {
  type KeptCheckpoint,
  KeptCheckpoints,
} from '../../../../../src/audit/log/domain/kept-checkpoints.js';
import { eventOf } from '../../audit-builders.js';

/** The tree of so many entries, on the branch that is lost or on the one that went on. */
const tree = (size: number, branch: 'lost' | 'log' = 'lost', place = 'anchor') => ({
  size,
  root: Buffer.alloc(32, `${branch}${size}`),
  place,
});

function acceptance({ size, root }: KeptCheckpoint, source?: string): Buffer {
  const rollback = { kind: 'shorter', anchored: { size, root }, size: 20 } as const;
  const event = eventOf({ facts: acceptanceFacts(rollback, 'file:/anchor') });
  const annotations = { ...event.annotations, ...(source && { [annotation.source]: source }) };
  return Buffer.from(JSON.stringify({ ...event, annotations }));
}

const ACCEPTED_AT = 20;

/** A log of 60 entries whose index 20 accepts that a tree of 40 is lost. */
function checked(
  kept: readonly KeptCheckpoint[],
  { agreed = [ACCEPTED_AT], entry = acceptance(tree(40)), first = 0 } = {},
): KeptCheckpoints {
  const checkpoints = new KeptCheckpoints(kept, agreed);
  checkpoints.beginAt(first);
  for (let size = first; size <= 60; size += 1) {
    checkpoints.compare(size, () => tree(size, 'log').root, size - (size % 10));
    if (size < 60) checkpoints.entry(size, size === ACCEPTED_AT ? entry : Buffer.from('{}'));
  }
  checkpoints.endAt(60);
  return checkpoints;
}

describe('a checkpoint that was kept', () => {
  it('fits where the log leads to it', () => {
    expect(checked([tree(0, 'log'), tree(60, 'log'), tree(15, 'log')]).fault).toBeUndefined();
  });

  it('tells where the log is bad that does not lead to it', () => {
    expect(checked([tree(15)], { agreed: [] }).fault).toMatchObject({ from: 10, to: 14 });
    expect(checked([tree(70)], { agreed: [] }).fault).toMatchObject({ from: 60, to: 60 });
  });

  it('is not looked at below what is pruned', () => {
    expect(checked([tree(15)], { first: 16 }).fault).toBeUndefined();
  });
});

describe('an accepted rollback', () => {
  it('is named, but not believed, where the verifier does not name it', () => {
    const { fault, used } = checked([tree(40)], { agreed: [] });
    expect(fault?.reason).toMatch(/was kept; event 20 accepts that \(--accept-rollback 20\)$/);
    expect(used).toEqual([]);
  });

  it('gives up, once agreed to, what it names, and what its place had before', () => {
    const { fault, used } = checked([tree(10, 'log'), tree(30), tree(40), tree(50, 'log')]);
    expect(fault).toBeUndefined();
    expect(used).toEqual([ACCEPTED_AT]);
  });

  it('also gives up what is longer than the log', () => {
    const far = tree(90);
    expect(checked([far], { entry: acceptance(far) }).fault).toBeUndefined();
  });

  it.each([
    ['another tree of that size', [tree(40), { ...tree(40), root: Buffer.alloc(32) }]],
    ['what its place had after it', [tree(40), tree(30)]],
    ['what its place had before it of more entries', [tree(50), tree(40)]],
    ['what another place has', [tree(30, 'lost', 'other'), tree(40)]],
  ])('does not give up %s', (_what, kept) => {
    expect(checked(kept).fault).toBeDefined();
  });

  it('is none where the agreed event is another, no event, or one that the cluster reported', () => {
    expect(checked([tree(40)], { agreed: [21] }).fault).toBeDefined();
    const torn = Buffer.from('{"audit.acceptRollback"');
    expect(checked([tree(40)], { entry: torn }).fault).toBeDefined();
    const reported = acceptance(tree(40), 'cluster');
    expect(checked([tree(40)], { entry: reported }).fault).toBeDefined();
  });

  it('is of no use where nothing is given up', () => {
    expect(checked([tree(40, 'log')]).used).toEqual([]);
  });
});
