import { describe, expect, it } from 'vitest';
import { printable, tableOf } from '../../../../src/cli/output/table.js';

const rows = [
  ['db', 'Opaque'],
  ['certificate', 'kubernetes.io/tls'],
];
const piped = { isOutputTerminal: false, isErrorTerminal: false, columns: 10, env: {} };

describe('a table', () => {
  it('has columns of equal width, and no spaces at the end of a line', () => {
    expect(tableOf(['NAME', 'TYPE'], rows, piped)).toBe(
      'NAME         TYPE\ndb           Opaque\ncertificate  kubernetes.io/tls\n',
    );
  });

  it('is cut to the width of a terminal alone', () => {
    const shown = tableOf(undefined, rows, { ...piped, isOutputTerminal: true, columns: 16 });
    expect(shown).toBe('db           Op…\ncertificate  ku…\n');
  });

  it('has a bold header on a terminal, within its width', () => {
    const shown = tableOf(['NAME', 'TYPE'], rows, { ...piped, isOutputTerminal: true, columns: 8 });
    expect(shown.split('\n')[0]).toBe('\u001B[1mNAME   …\u001B[22m');
  });

  it('of nothing is its header', () => {
    expect(tableOf(['NAME'], [], piped)).toBe('NAME\n');
    expect(tableOf(undefined, [], piped)).toBe('');
  });
});

it('shows no control characters, and no characters that turn the direction of a line', () => {
  expect(printable('a\u001B[2Jb\u202Ec\u0000\nd')).toBe('a�[2Jb�c��d');
});
