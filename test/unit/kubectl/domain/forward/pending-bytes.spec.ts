import { expect, test } from 'vitest';
import { PendingBytes } from '../../../../../src/kubectl/domain/forward/pending-bytes.js';
import { refusal } from '../../../secrets/domain/secret.builder.js';

test('bytes are given back as one, once', () => {
  const pending = new PendingBytes();
  for (const piece of ['ab', '', 'c']) pending.add(Buffer.from(piece), 3);
  expect(pending.take().toString()).toBe('abc');
  expect(pending.take().length).toBe(0);
});

test('a single piece is not copied', () => {
  const pending = new PendingBytes();
  const piece = Buffer.from('abc');
  pending.add(piece, 3);
  expect(pending.take()).toBe(piece);
});

test('as many as the bound says are kept, and not one more, taken ones not counted', () => {
  const pending = new PendingBytes();
  pending.add(Buffer.from('abc'), 3);
  pending.take();
  pending.add(Buffer.from('abc'), 3);
  expect(refusal(() => pending.add(Buffer.from('d'), 3)).code).toBe('Unavailable');
});
