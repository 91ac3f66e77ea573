import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globCovers, globMatches } from '../../../../src/access/domain/glob.js';
import { processorMs } from '../../../support/processor-time.js';

const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
const glob = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });

/** The plain meaning of a glob, slow and obvious. */
function meaning(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
}

describe('a glob', () => {
  it('matches what its meaning says', () => {
    fc.assert(
      fc.property(glob, name, (pattern, text) => {
        expect(globMatches(pattern, text)).toBe(meaning(pattern).test(text));
      }),
    );
  });

  it('is done with in no time whatever it is', () => {
    const startMs = processorMs();
    expect(globMatches(`${'a*'.repeat(120)}b`, 'a'.repeat(253))).toBe(false);
    expect(processorMs() - startMs).toBeLessThan(1_000);
  });

  it('that covers another matches all that the other does', () => {
    fc.assert(
      fc.property(glob, glob, name, (outer, inner, text) => {
        if (globCovers(outer, inner) && globMatches(inner, text)) {
          expect(globMatches(outer, text)).toBe(true);
        }
      }),
    );
  });

  it.each([
    ['*', 'a*', true],
    ['db*', 'db', true],
    ['db*', 'db-*', true],
    ['db', 'db*', false],
    ['a*', '*a', false],
  ])('%s covers %s: %s', (outer, inner, covers) => {
    expect(globCovers(outer, inner)).toBe(covers);
  });
});
