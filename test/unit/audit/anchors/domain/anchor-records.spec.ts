import { describe, expect, it } from 'vitest';
import {
  anchorRecord,
  anchoredTrees,
  closingOf,
  heldTrees,
} from '../../../../../src/audit/anchors/domain/anchor-records.js';
import { noteOf } from './notes.js';

const records = [3, 5, 8].map((size) => anchorRecord(noteOf(size)));
const sizes = (text: string) => anchoredTrees(text).map(({ size }) => size);

describe('an anchor file', () => {
  it('gives its checkpoints in order', () => {
    expect(sizes(records.join(''))).toEqual([3, 5, 8]);
    expect(sizes('')).toEqual([]);
  });

  it('cut anywhere gives those that are whole', () => {
    const text = records.join('');
    const whole = (length: number) => {
      let end = 0;
      return records.filter((record) => (end += record.length) <= length).length;
    };
    for (let length = 0; length <= text.length; length += 1) {
      expect(sizes(text.slice(0, length))).toEqual([3, 5, 8].slice(0, whole(length)));
    }
  });

  it('gives those behind a record that was cut, once that is closed off', () => {
    const [first = '', second = '', third = ''] = records;
    for (let length = 0; length < second.length; length += 1) {
      const cut = first + second.slice(0, length);
      const found = sizes(cut + closingOf(cut) + third);
      // Of the one that was cut all may be there that counts: then it is what was signed.
      expect(found.filter((size) => size !== 5)).toEqual([3, 8]);
    }
  });

  it('read from somewhere in the middle gives those that follow', () => {
    expect(sizes(records.join('').slice(20))).toEqual([5, 8]);
  });
});

describe('the checkpoints that hold', () => {
  const tree = (size: number) => ({ size, root: Buffer.alloc(32) });
  const trees = [tree(3), tree(5), tree(8)];

  it('are all, in order, whatever their sizes', () => {
    expect(heldTrees(trees, [])).toEqual(trees);
    expect(heldTrees([tree(8), tree(5)], [])).toEqual([tree(8), tree(5)]);
    expect(heldTrees([], [])).toEqual([]);
  });

  it('are none up to one whose loss was accepted', () => {
    expect(heldTrees(trees, [tree(8)])).toEqual([]);
    expect(heldTrees(trees, [tree(5)])).toEqual([tree(8)]);
    expect(heldTrees(trees, [{ size: 8, root: Buffer.alloc(32, 1) }])).toEqual(trees);
  });
});
