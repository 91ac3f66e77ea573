import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines, hunksOf } from '../../../../src/cli/output/line-diff.js';

const shown = (lines: readonly ({ mark: string; text: string } | undefined)[]) =>
  lines.map((line) => (line === undefined ? '@@' : line.mark + line.text)).join(' ');
const diff = (from: string, to: string) => shown(diffLines(from.split(''), to.split('')));

describe('a diff of lines', () => {
  it.each([
    ['', '', ''],
    ['abc', 'abc', ' a  b  c'],
    ['abc', 'axc', ' a -b +x  c'],
    ['abc', 'ac', ' a -b  c'],
    ['ac', 'abc', ' a +b  c'],
    ['abcd', 'xbcy', '-a +x  b  c -d +y'],
    ['aa', 'a', ' a -a'],
  ])('of %j and %j is %j', (from, to, expected) => {
    expect(diff(from, to)).toBe(expected);
  });

  it('leads from one text to the other', () => {
    const texts = array(constantFrom('a', 'b', 'c'), { maxLength: 12 });
    assert(
      property(texts, texts, (from, to) => {
        const lines = diffLines(from, to);
        const without = (mark: string) =>
          lines.filter((line) => line.mark !== mark).map(({ text }) => text);
        expect([without('+'), without('-')]).toEqual([from, to]);
      }),
    );
  });

  it('is one hunk if the texts are too long to compare all lines', () => {
    const long = Array.from({ length: 3_000 }, (_one, index) => `${index}`);
    const lines = diffLines(['x', ...long, 'y'], ['z', ...long, 'w']);
    expect(lines.map(({ mark }) => mark).join('')).toMatch(/^-+\++$/);
  });

  it('leaves out lines that are far from a change', () => {
    expect(shown(hunksOf(diffLines('abcdefghij'.split(''), 'abcdefghiX'.split(''))))).toBe(
      '@@  g  h  i -j +X',
    );
    expect(hunksOf(diffLines('ab'.split(''), 'ab'.split('')))).toEqual([undefined]);
  });
});
