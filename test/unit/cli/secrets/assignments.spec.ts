import { describe, expect, it } from 'vitest';
import { assignmentsOf } from '../../../../src/cli/secrets/assignments.js';

const strict = { allowsLiterals: false };

describe('assignments', () => {
  it('name where the value of a key comes from', () => {
    const found = assignmentsOf(['a', 'b=-', 'c=@dir/file', 'd=x=y'], { allowsLiterals: true });
    expect([...found]).toEqual([
      ['a', { kind: 'prompt' }],
      ['b', { kind: 'input' }],
      ['c', { kind: 'file', path: 'dir/file' }],
      ['d', { kind: 'literal', text: 'x=y' }],
    ]);
  });

  it('have no literal values without a consent, and the refusal has no value', () => {
    const refused = () => assignmentsOf(['password=hunter2'], strict);
    expect(refused).toThrow('the value of password would be visible');
    expect(refused).not.toThrow('hunter2');
  });

  it.each([
    ['a key twice', ['a', 'a=-'], 'the key a is set twice'],
    ['standard input twice', ['a=-', 'b=-'], 'only one key can be KEY=-: use KEY=@FILE'],
    ['no key', ['=-'], 'begins with the name of a key'],
  ])('are refused with the reason: %s', (_what, texts, message) => {
    expect(() => assignmentsOf(texts, strict)).toThrow(message);
  });
});
