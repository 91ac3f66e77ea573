import { describe, expect, it } from 'vitest';
import { partsToRun } from '../../../bench/bench-options.js';

const known = ['lists', 'writes'];

describe('partsToRun', () => {
  it('is all parts without --only', () => {
    expect(partsToRun(known, { save: false })).toEqual(known);
    expect(partsToRun(known, { save: true })).toEqual(known);
  });

  it('is the part that --only names', () => {
    expect(partsToRun(known, { only: 'writes', save: false })).toEqual(['writes']);
  });

  it('refuses a part that there is not', () => {
    expect(() => partsToRun(known, { only: 'reads', save: false })).toThrow(
      '--only takes lists, writes',
    );
  });

  it('saves no part alone', () => {
    expect(() => partsToRun(known, { only: 'writes', save: true })).toThrow('--save takes');
    expect(() => partsToRun(known, { only: 'writes', save: true }, 'kind')).toThrow('--kind');
  });
});
