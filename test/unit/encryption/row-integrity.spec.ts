import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { rowIntegrity } from './row-integrity.builder.js';

describe('rows of the database', () => {
  it('hold where they are as a gateway has written them', () => {
    const alarms: string[] = [];
    const integrity = rowIntegrity(alarms);
    const mac = integrity.macOf('access_tokens', ['a']);
    expect(integrity.holds('access_tokens', { name: 'a', values: ['a'], mac })).toBe(true);
    expect(integrity.problem).toBeUndefined();
    expect(alarms).toEqual([]);
  });

  it('that do not hold are told of once, by table and name', () => {
    const alarms: string[] = [];
    const integrity = rowIntegrity(alarms);
    const foreign = { name: 'a\n', values: ['a'], mac: null };
    expect(integrity.holds('access_tokens', foreign)).toBe(false);
    expect(integrity.holds('access_tokens', foreign)).toBe(false);
    expect(integrity.holds('version_aliases', { ...foreign, name: 'b' })).toBe(false);
    expect(alarms).toEqual([
      expect.stringContaining('access_tokens "a\\n"'),
      expect.stringContaining('version_aliases "b"'),
    ]);
    expect(integrity.problem).toMatch(/access_tokens "a\\n" and 1 more$/);
  });

  it('do not fill the log, however many of them there are', () => {
    const alarms: string[] = [];
    const integrity = rowIntegrity(alarms);
    for (let name = 0; name < 1_000; name += 1) integrity.tell('access_tokens', `${name}`);
    integrity.tell('access_tokens', 'x'.repeat(1_000_000));
    expect(alarms).toHaveLength(limits.tamperedRowsNamedMax);
  });
});
