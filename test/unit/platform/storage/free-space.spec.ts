import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { checkFreeSpace } from '../../../../src/platform/storage/free-space.js';

it('passes where there is room, and says so where there is not', () => {
  expect(() => checkFreeSpace(tmpdir(), 1)).not.toThrow();
  expect(() => checkFreeSpace(tmpdir(), Number.MAX_SAFE_INTEGER)).toThrow(/is full/);
});
