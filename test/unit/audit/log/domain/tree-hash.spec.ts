import { expect, it } from 'vitest';
import {
  emptyRoot,
  foldHashes,
  nodeHash,
  sameHash,
} from '../../../../../src/audit/log/domain/tree-hash.js';
import { hex, referenceLeaf, vectors } from './reference-tree.js';

const [one = Buffer.alloc(0), two = Buffer.alloc(0)] = vectors.map(([leaf]) =>
  referenceLeaf(Buffer.from(leaf, 'hex')),
);

it('hashes two leaves as the certificate transparency vectors do', () => {
  expect(hex(nodeHash(one, two))).toBe(vectors[1][1]);
});

it('gives each node bytes of its own', () => {
  const first = nodeHash(one, two);
  nodeHash(two, one);
  expect(hex(first)).toBe(vectors[1][1]);
});

it('hashes no leaves as nothing', () => {
  expect(hex(emptyRoot())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

it('folds subtrees from the right', () => {
  const root = foldHashes([nodeHash(one, two), referenceLeaf(Buffer.from('10', 'hex'))]);
  expect(hex(root ?? one)).toBe(vectors[2][1]);
  expect(foldHashes([])).toBeUndefined();
});

it('tells hashes apart', () => {
  expect(sameHash(one, Buffer.from(one))).toBe(true);
  expect(sameHash(one, two)).toBe(false);
  expect(sameHash(one, one.subarray(1))).toBe(false);
});
