import { describe, expect, it } from 'vitest';
import { kinds } from '../../../../../src/schemas/domain/kinds/kinds.js';

describe('the kinds of values', () => {
  it('are in alphabetical order, so that a list of them is easy to read', () => {
    expect([...kinds.keys()]).toEqual([...kinds.keys()].sort());
  });

  it.each([...kinds])('%s has a sentence about it and a bound', (_, { description, bytesMax }) => {
    expect(description).toMatch(/^[^]{10,120}\.$/);
    expect(bytesMax).toBeGreaterThan(0);
    expect(bytesMax).toBeLessThanOrEqual(1_024 * 1_024);
  });

  it.each([...kinds])('%s refuses no bytes and random bytes', (_, { reasons }) => {
    const nothing = { bytes: Buffer.of(), text: '' };
    const noise = { bytes: Buffer.of(0xff, 0xfe, 0x00, 0x01), text: undefined };
    expect(reasons(nothing, { nowMs: 0 })).not.toEqual([]);
    expect(reasons(noise, { nowMs: 0 })).not.toEqual([]);
  });
});
