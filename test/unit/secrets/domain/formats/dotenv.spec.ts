import { describe, expect, test } from 'vitest';
import { renderFormat } from '../../../../../src/secrets/domain/formats/render.js';
import { marker, pointers, values } from '../secret.builder.js';

// What readers make of a file is tested beside them, in test/dotenv.
describe('dotenv', () => {
  test('prefers bare values, then single quotes, then double ones', () => {
    const entries = { a: 'x@%+=:,./-_9', b: '$5 "\\n" #x', c: "it's", d: '', e: 'two\nlines' };
    const lines = ['a=x@%+=:,./-_9', `b='$5 "\\n" #x'`, `c="it's"`, 'd=', `e='two\nlines'`];
    expect(dotenv(entries)).toBe(`${lines.join('\n')}\n`);
  });

  test.each([
    ['a carriage return', `${marker}\r`],
    ['an expansion of python-dotenv', `\${${marker}}`],
    ['a backslash at its end', `${marker} \\`],
    ['two backslashes', `${marker} \\\\ `],
    ['both kinds of quotes', `'"${marker}`],
    ['a single quote and a backslash', `'\\n${marker}`],
    ['NUL', `${marker}\0`],
  ])('refuses %s, and names the key', (_name, text) => {
    expect(pointers(() => dotenv({ a: text, b: 'x' }))).toEqual(['/data/a']);
  });

  test('maps names as env does', () => {
    expect(renderFormat(values({ 'tls.crt': 'x' }), { format: 'dotenv', names: 'upper' })).toBe(
      'TLS_CRT=x\n',
    );
  });
});

function dotenv(entries: Record<string, string>): string {
  return renderFormat(values(entries), { format: 'dotenv' });
}
