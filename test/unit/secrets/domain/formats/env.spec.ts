import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderFormat } from '../../../../../src/secrets/domain/formats/render.js';
import { findProgram } from '../../../../services/programs.js';
import { values } from '../secret.builder.js';

const awkward = [
  ['', ' ', 'plain', 'a b', ' lead', 'trail ', '\t', 'a\nb', 'ends\n', '\n\n', 'cr\r\nlf'],
  ["'", "it's", "''", '"', '\'"', '$HOME', "$HOME'", '$(id)', "$(id)'", '`id`', "`id`'"],
  ['\\', "\\'", '\\n', "\\n'", '\\\\', '!', "!!'", '#x', 'x #y', '~', '~/x', '*', '?', '[a]'],
  [
    'a=b',
    'a;b',
    'a&b|c',
    '(x)',
    '{a,b}',
    '<x>',
    '%s',
    '-n',
    'é',
    '日本',
    '😀',
    '\ufeffx',
    "\u2028'",
  ],
  ['\x01\x7f', "$'\\n'", '%', '@', 'x=y,z./-:+', '$', "$'", '"$x"', "\\$'", 'a\\\nb', "a\\\nb'"],
].flat();

describe('env', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'sallyport-env-'));
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  /** Values of V0, V1… as the shell has them after it has read the file. */
  function sourced(shell: string, list: readonly string[]): string[] {
    const file = join(directory, `${shell}.env`);
    writeFileSync(file, env(Object.fromEntries(list.map((text, index) => [`V${index}`, text]))));
    const names = list.map((_text, index) => `"$V${index}"`).join(' ');
    const script = `set -u; . ${file}; printf '%s\\0' ${names}`;
    const options = { env: { PATH: process.env['PATH'] ?? '', HOME: '/nowhere' } };
    return execFileSync(findProgram(shell, shell), ['-c', script], options)
      .toString('utf8')
      .split('\0')
      .slice(0, -1);
  }

  test.each(['dash', 'bash'])('%s reads back every awkward value, byte for byte', (shell) => {
    expect(awkward.length).toBeGreaterThanOrEqual(28);
    expect(sourced(shell, awkward)).toEqual(awkward);
  });

  test.each(['dash', 'bash'])('%s reads back any text without NUL', (shell) => {
    const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));
    const quotes = fc.string({ unit: fc.constantFrom(...'\'"\\$`! \n\r\t#a'.split('')) });
    const list = fc.array(fc.oneof(text, quotes), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(list, (given) => {
        expect(sourced(shell, given)).toEqual(given);
      }),
      { numRuns: 25 },
    );
  });

  test('quotes only where it must', () => {
    expect(env({ a: 'x@%+=:,./-_9', b: 'a b', c: "it's $5", d: '' })).toBe(
      `a=x@%+=:,./-_9\nb='a b'\nc="it's \\$5"\nd=\n`,
    );
  });
});

function env(entries: Record<string, string>): string {
  return renderFormat(values(entries), { format: 'env' });
}
