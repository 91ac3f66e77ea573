import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/model/kube-object.js';
import { jsonBytes } from '../../src/patch/json-size.js';

const values: Json[] = [
  null,
  true,
  -1.5e300,
  'a"\n\u0001é🔑',
  [],
  {},
  [1, [2, '3'], {}],
  { a: 1, 'é"': [null, { b: 'x' }] },
];

describe('jsonBytes', () => {
  test.each(values)('is what JSON takes: %j', (value) => {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    expect(jsonBytes(value, { bytesMax: bytes, levelsMax: 9 })).toBe(bytes);
    expect(jsonBytes(value, { bytesMax: bytes - 1, levelsMax: 9 })).toBeUndefined();
  });

  test('ends at the level that is one too deep', () => {
    expect(jsonBytes([[1]], { bytesMax: 99, levelsMax: 2 })).toBe(5);
    expect(jsonBytes([[1]], { bytesMax: 99, levelsMax: 1 })).toBeUndefined();
    let deep: Json = 1;
    for (let level = 0; level < 1_000_000; level += 1) deep = [deep];
    expect(jsonBytes(deep, { bytesMax: Infinity, levelsMax: 500 })).toBeUndefined();
  });
});
