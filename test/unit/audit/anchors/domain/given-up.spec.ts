import { describe, expect, it } from 'vitest';
import type { AnchoredNote } from '../../../../../src/audit/anchors/domain/anchored-tree.js';
import {
  heldNotes,
  isGivenUp,
  isOfGivenUpBranch,
  largestOf,
} from '../../../../../src/audit/anchors/domain/given-up.js';
import type { Acceptance } from '../../../../../src/audit/log/domain/acceptance.js';
import { nextBranch } from '../../../../../src/audit/log/domain/log-branch.js';
import { acceptanceOf } from './notes.js';

const note = (size: number, branch?: string): AnchoredNote => ({
  size,
  root: Buffer.alloc(32, size),
  ...(branch !== undefined && { branch }),
});
const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];

describe('an acceptance', () => {
  it('gives up the checkpoint that it names, and smaller ones of its branch', () => {
    const accepted = [acceptanceOf(note(60, a))];
    expect([note(60, a), note(59, a), note(1, a)].map((one) => isGivenUp(one, accepted))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each([
    ['a larger one', note(61, a)],
    ['another one of its size', { ...note(60, a), root: Buffer.alloc(32) }],
    ['one of another branch, whatever its size', note(5, b)],
    ['one of no branch', note(5)],
  ])('does not give up %s', (_what, one) => {
    expect(isGivenUp(one, [acceptanceOf(note(60, a))])).toBe(false);
  });

  it('tells what else is of its branch, and nothing of another one', () => {
    const accepted = [acceptanceOf(note(60, a))];
    const isOfIt = (one: AnchoredNote) => isOfGivenUpBranch(one, accepted);
    expect([note(61, a), note(5, a), note(61, b), note(5)].map(isOfIt)).toEqual([
      ...[true, true],
      ...[false, false],
    ]);
  });

  it('leaves the others, in their order', () => {
    const notes = [note(50), note(60), note(40, a), note(70, a), note(30)];
    expect(heldNotes(notes, [acceptanceOf(note(60))])).toEqual([note(40, a), note(70, a)]);
    expect(heldNotes(notes, [])).toEqual(notes);
  });
});

describe('the largest checkpoint', () => {
  it('is found wherever it stands', () => {
    expect(largestOf([note(3), note(9), note(5)])).toEqual(note(9));
    expect(largestOf([])).toBeUndefined();
  });
});

/** Numbers that look random, the same ones for a seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** A log as far as its anchors see it: lines of notes, one for each time that it was put back. */
interface Line {
  readonly notes: AnchoredNote[];
  size: number;
  branch: string | undefined;
  accepted: Acceptance[];
}

/** The root of a tree says on which line its last entry was written. */
const rootOn = (line: number, size: number) => Buffer.alloc(32, `${line}/${size};`);

/**
 * Lets a log grow, be put back and be accepted, some times; sizes of the lines overlap. Returns the
 * lines: what was signed on each, and what the log of each accepts.
 */
function history(seed: number): readonly Line[] {
  const random = randomFrom(seed);
  const lines: Line[] = [{ notes: [], size: 0, branch: undefined, accepted: [] }];
  for (let at = 0; at < 4; at += 1) {
    const line = lines.at(-1);
    if (line === undefined) break;
    for (let grows = 1 + random(5); grows > 0; grows -= 1) {
      line.size += 1 + random(20);
      const named = line.branch === undefined ? {} : { branch: line.branch };
      line.notes.push({ size: line.size, root: rootOn(at, line.size), ...named });
    }
    // Back to some line that was, at its beginning or within: acceptances after that are gone.
    const base = lines[random(lines.length)] ?? line;
    const start = base.accepted.reduce((most, { current }) => Math.max(most, current.size), 0);
    const size = start + random(1 + base.size - start);
    const next: Line = { notes: [], size, branch: base.branch, accepted: [...base.accepted] };
    const worst = new Map<string | undefined, AnchoredNote>();
    for (const one of lines.flatMap(({ notes }) => notes)) {
      const isHeld = !isGivenUp(one, next.accepted);
      if (isHeld && one.size > (worst.get(one.branch)?.size ?? 0)) worst.set(one.branch, one);
    }
    for (const former of worst.values()) {
      const acceptance = acceptanceOf(former, { size, root: rootOn(lines.indexOf(base), size) });
      next.accepted.push(acceptance);
      next.branch = nextBranch(next.branch, acceptance.text);
    }
    next.size += worst.size;
    lines.push(next);
  }
  return lines;
}

describe('over generated histories, an acceptance', () => {
  const seeds = Array.from({ length: 300 }, (_, seed) => seed);

  it('never gives up what was signed after it on its line', () => {
    for (const seed of seeds) {
      for (const { notes, accepted } of history(seed)) {
        expect(heldNotes(notes, accepted), `seed ${seed}`).toEqual(notes);
      }
    }
  });

  it('never gives up what a later line has signed, where the log is put back to its own', () => {
    for (const seed of seeds) {
      const lines = history(seed);
      lines.forEach(({ accepted }, at) => {
        const later = lines.slice(at).flatMap(({ notes }) => notes);
        expect(heldNotes(later, accepted), `seed ${seed}`).toEqual(later);
      });
    }
  });

  it('is never of the branch that its line goes on as, nor of that of a later line', () => {
    for (const seed of seeds) {
      const lines = history(seed);
      lines.forEach(({ accepted }, at) => {
        const later = lines.slice(at).flatMap(({ notes }) => notes);
        const ofIt = later.filter((one) => isOfGivenUpBranch(one, accepted));
        expect(ofIt, `seed ${seed}`).toEqual([]);
      });
    }
  });

  it('gives up the same, in whatever order and how often notes and acceptances are found', () => {
    for (const seed of seeds) {
      const lines = history(seed);
      const random = randomFrom(seed + 1_000);
      const notes = lines.flatMap((line) => line.notes);
      const accepted = lines.at(-1)?.accepted ?? [];
      const shuffled = [...accepted, ...accepted].toSorted(() => random(3) - 1);
      const replayed = [...notes, ...notes].toSorted(() => random(3) - 1);
      const held = new Set(heldNotes(notes, accepted));
      expect(new Set(heldNotes(replayed, shuffled)), `seed ${seed}`).toEqual(held);
    }
  });

  it('takes back none of what earlier acceptances have given up', () => {
    for (const seed of seeds) {
      const lines = history(seed);
      const { accepted = [] } = lines.at(-1) ?? {};
      const before = lines.slice(0, -1).flatMap(({ notes }) => notes);
      expect(heldNotes(before, accepted), `seed ${seed}`).toEqual([]);
    }
  });
});
