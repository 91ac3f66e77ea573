import { describe, expect, it } from 'vitest';
import { trimCharacters, trimEnd } from '../../src/model/trim-characters.js';

describe('trimming', () => {
  it.each([
    ['//a//b//', 'a//b', '//a//b'],
    ['a', 'a', 'a'],
    ['////', '', ''],
    ['', '', ''],
  ])('%j', (text, both, end) => {
    expect(trimCharacters(text, '/')).toBe(both);
    expect(trimEnd(text, '/')).toBe(end);
  });

  it('takes any of several characters', () => {
    expect(trimCharacters(' \t\r\na b\n', ' \t\r\n')).toBe('a b');
  });

  it('takes no longer for a long run that ends in the middle', () => {
    const text = `x${'/'.repeat(2_000_000)}x`;
    const startedAt = performance.now();
    expect(trimCharacters(text, '/')).toBe(text);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
