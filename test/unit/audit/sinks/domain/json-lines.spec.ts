import { expect, it } from 'vitest';
import { lineGroups, lineOf } from '../../../../../src/audit/sinks/domain/json-lines.js';

const entry = (bytes: number) => ({ leafIndex: 0, event: Buffer.alloc(bytes, 'x') });

it('ends each event with a line feed', () => {
  expect(lineOf({ leafIndex: 0, event: Buffer.from('{}') }).toString()).toBe('{}\n');
});

it('joins lines as long as a pipe takes them in one piece, and never cuts one', () => {
  const sizes = lineGroups([2_000, 2_000, 2_000, 9_000, 10].map(entry)).map(({ length }) => length);
  expect(sizes).toEqual([4_002, 2_001, 9_001, 11]);
  expect(lineGroups([])).toEqual([]);
});
