import { describe, expect, it } from 'vitest';
import { anchoredTree, isSameTree } from '../../../../../src/audit/anchors/domain/anchored-tree.js';
import { noteOf } from './notes.js';

const root = Buffer.alloc(32, 7);

describe('the note of a checkpoint', () => {
  it('tells size and root, whoever signed it', () => {
    expect(anchoredTree(noteOf(12, root))).toEqual({ size: 12, root });
  });

  it.each(['', 'log.example\n12\n', noteOf(12, root).replace('12\n', 'x\n')])(
    'is none in %j',
    (text) => {
      expect(anchoredTree(text)).toBeUndefined();
    },
  );
});

it('is the same tree with the same size and root only', () => {
  const tree = { size: 1, root };
  expect(isSameTree(tree, { size: 1, root: Buffer.alloc(32, 7) })).toBe(true);
  expect(isSameTree(tree, { size: 2, root })).toBe(false);
  expect(isSameTree(tree, { size: 1, root: Buffer.alloc(32) })).toBe(false);
});
