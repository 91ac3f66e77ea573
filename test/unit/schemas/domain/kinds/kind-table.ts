import { describe, expect, it } from 'vitest';
import { reasonsOf } from './verdict.js';

/** Longest part of a value that a reason may have by chance. */
const PART_MAX = 8;

type Value = string | Buffer;

interface Table {
  readonly kind: string;
  readonly good: readonly Value[];
  /** Values with their reasons: all of them, or a pattern of one. */
  readonly bad: readonly (readonly [value: Value, reason: string | readonly string[] | RegExp])[];
  /** Words of the sentences that are in values too. */
  readonly words?: readonly string[];
}

/** Checks the verdicts on values of a kind, and that no reason quotes a value. */
export function describeKind({ kind, good, bad, words = [] }: Table): void {
  describe(`values of ${kind}`, () => {
    it.each(good.map((value) => [shown(value), value] as const))('accepts %s', (_, value) => {
      expect(reasonsOf(kind, value)).toEqual([]);
    });

    it.each(bad.map(([value, reason]) => [shown(value), value, reason] as const))(
      'refuses %s',
      (_, value, reason) => {
        const reasons = reasonsOf(kind, value);
        if (reason instanceof RegExp) expect(reasons.join('\n')).toMatch(reason);
        else expect(reasons).toEqual([reason].flat());
        expect(partsIn(reasons, value.toString(), words)).toEqual([]);
      },
    );
  });
}

function shown(value: Value): string {
  return JSON.stringify(value.toString().slice(0, 60));
}

function partsIn(reasons: readonly string[], value: string, words: readonly string[]): string[] {
  const parts = reasons.flatMap((reason) =>
    Array.from({ length: Math.max(reason.length - PART_MAX, 0) }, (_, start) =>
      reason.slice(start, start + PART_MAX + 1),
    ),
  );
  return parts.filter((part) => value.includes(part) && !words.some((word) => word.includes(part)));
}
