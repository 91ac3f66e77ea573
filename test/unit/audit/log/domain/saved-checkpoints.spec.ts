import { describe, expect, it } from 'vitest';
import type { Acceptance } from '../../../../../src/audit/log/domain/acceptance.js';
import {
  type SavedCheckpoint,
  SavedCheckpoints,
  keptCheckpointsIn,
} from '../../../../../src/audit/log/domain/saved-checkpoints.js';
import { newSigner } from './signers.js';
import { acceptanceOf, forgedNote, noteOf, signer, verifiers } from '../../anchors/domain/notes.js';

/** The tree of so many entries, on the branch that is lost or on the one that went on. */
const tree = (size: number, line: 'lost' | 'log' = 'lost') =>
  kept(noteOf(size, Buffer.alloc(32, `${line}${size}`)));
const branch = 'a'.repeat(64);

function kept(note: string): SavedCheckpoint {
  const [checkpoint] = keptCheckpointsIn(note);
  if (checkpoint === undefined) throw new Error('that is no checkpoint');
  return checkpoint;
}

const ACCEPTED_AT = 20;

/** A log of 60 entries whose index 20 accepts that a tree of 40 is lost. */
function checked(
  some: readonly SavedCheckpoint[],
  {
    agreed = [ACCEPTED_AT],
    accepted = acceptanceOf(tree(40)) as Acceptance | 'nothing',
    first = 0,
  } = {},
): SavedCheckpoints {
  const checkpoints = new SavedCheckpoints(some, agreed);
  checkpoints.beginAt(first);
  for (let size = first; size <= 60; size += 1) {
    checkpoints.compare(size, () => tree(size, 'log').root, size - (size % 10));
    const isAccepted = size === ACCEPTED_AT && accepted !== 'nothing';
    if (size < 60) checkpoints.entry(size, isAccepted ? accepted : undefined);
  }
  checkpoints.endAt(60);
  checkpoints.conclude(signer.verifier.name, verifiers);
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

  it('cannot be compared where its entries are pruned, and is counted', () => {
    const { fault, counts } = checked([tree(15), tree(9)], { first: 16 });
    expect(fault).toBeUndefined();
    expect(counts).toMatchObject({ compared: 0, pruned: 2 });
    const some = [tree(15), tree(16, 'log'), tree(30, 'log'), tree(70)];
    expect(checked(some, { first: 16 }).counts).toMatchObject({ compared: 3, pruned: 1 });
  });

  it('of no entries proves nothing', () => {
    const { fault, counts } = checked([tree(0, 'log')]);
    expect(fault).toBeUndefined();
    expect(counts).toEqual({ compared: 0, empty: 1, pruned: 0, foreign: 0, unknown: 0 });
  });

  it('neither proves nor contradicts anything where no key of the log has signed it', () => {
    const { note } = tree(15, 'log');
    const tampered = kept(note.replace('15', '16'));
    const others = [kept(forgedNote(15)), kept(noteOf(9, undefined, { by: newSigner('other') }))];
    const { fault, counts } = checked([tampered, ...others, tree(20, 'log')]);
    expect(fault).toBeUndefined();
    expect(counts).toEqual({ compared: 1, empty: 0, pruned: 0, foreign: 3, unknown: 0 });
  });

  it('may be of a later key where it has more entries, and is counted apart', () => {
    const tampered = kept(tree(15).note.replace('15', '99'));
    const { fault, counts } = checked([kept(forgedNote(70)), tampered, tree(20, 'log')]);
    expect(fault).toBeUndefined();
    expect(counts).toEqual({ compared: 1, empty: 0, pruned: 0, foreign: 1, unknown: 1 });
  });
});

describe('a text with kept checkpoints', () => {
  it('has each once, whatever else is in it', () => {
    const [one, other] = [noteOf(5), noteOf(9)];
    const text = `junk\n\n${one}${other}\n${one}\n— x\n\nno checkpoint\n\n— log.example AAAA\n`;
    expect(keptCheckpointsIn(text).map(({ note }) => note)).toEqual([one, other]);
    expect(keptCheckpointsIn('')).toEqual([]);
  });
});

describe('an accepted rollback', () => {
  it('is named, but not believed, where the verifier does not name it', () => {
    const { fault, used } = checked([tree(40)], { agreed: [] });
    expect(fault?.reason).toMatch(/was kept; event 20 accepts that \(--accept-rollback 20\)$/);
    expect(used).toEqual([]);
  });

  it('gives up, once agreed to, what it names, and smaller ones, in whatever order', () => {
    const some = [tree(40), tree(10, 'log'), tree(30), tree(50, 'log')];
    for (const order of [some, some.toReversed()]) {
      const { fault, used } = checked(order);
      expect(fault).toBeUndefined();
      expect(used).toEqual([ACCEPTED_AT]);
    }
  });

  it('also gives up what is longer than the log', () => {
    const far = tree(90);
    expect(checked([far], { accepted: acceptanceOf(far) }).fault).toBeUndefined();
  });

  it.each<[string, readonly SavedCheckpoint[]]>([
    ['another tree of that size', [tree(40), kept(noteOf(40))]],
    ['one of more entries', [tree(50), tree(40)]],
    ['one of another branch', [kept(noteOf(30, undefined, { branch })), tree(40)]],
  ])('does not give up %s', (_what, some) => {
    expect(checked(some).fault).toBeDefined();
  });

  it('is none where the agreed event is another one', () => {
    expect(checked([tree(40)], { agreed: [21] }).fault).toBeDefined();
    expect(checked([tree(40)], { accepted: 'nothing' }).fault).toBeDefined();
  });

  it('is of no use where nothing is given up', () => {
    expect(checked([tree(40, 'log')]).used).toEqual([]);
  });
});
