import { describe, expect, it } from 'vitest';
import { styledError, styledOutput } from '../../../../src/cli/output/style.js';

const terminal = { isOutputTerminal: true, isErrorTerminal: true, env: {} };
const red = '\u001B[31mno\u001B[39m';

describe('colours', () => {
  it('are for terminals, each stream by itself', () => {
    expect(styledError('red', 'no', terminal)).toBe(red);
    expect(styledOutput('red', 'no', terminal)).toBe(red);
    expect(styledError('red', 'no', { ...terminal, isErrorTerminal: false })).toBe('no');
    expect(styledOutput('red', 'no', { ...terminal, isOutputTerminal: false })).toBe('no');
    expect(styledOutput('red', 'no', { ...terminal, isErrorTerminal: false })).toBe(red);
  });

  it('are turned off by NO_COLOR, unless that is empty, and by a simple terminal', () => {
    const withEnv = (env: Readonly<Record<string, string>>) =>
      styledError('red', 'no', { ...terminal, env });
    expect(withEnv({ NO_COLOR: '1' })).toBe('no');
    expect(withEnv({ NO_COLOR: '' })).toBe(red);
    expect(withEnv({ TERM: 'dumb' })).toBe('no');
  });
});
