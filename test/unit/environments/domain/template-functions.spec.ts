import { expect, it } from 'vitest';
import { templateFunctions } from '../../../../src/environments/domain/template-functions.js';
import { TemplateProblem } from '../../../../src/environments/domain/template-problem.js';

function apply(name: string, text: string | Buffer, ...args: (string | number)[]): string {
  const bytes = Buffer.from(text as string);
  const value = { bytes, text: typeof text === 'string' ? text : undefined };
  const found = templateFunctions.get(name);
  if (found === undefined) throw new Error(`there is no function ${name}`);
  return found.apply(value, args);
}

it.each([
  ['urlencode', "p@ss/w:rd !*'()é", [], 'p%40ss%2Fw%3Ard%20%21%2A%27%28%29%C3%A9'],
  ['base64', 'hello', [], 'aGVsbG8='],
  ['json', 'a "b"\n', [], '"a \\"b\\"\\n"'],
  ['default', '', ['x'], 'x'],
  ['default', 'y', ['x'], 'y'],
  ['indent', 'a\nb\nc', [2], 'a\n  b\n  c'],
  ['indent', 'a\nb\n', [2], 'a\n  b\n'],
  [
    'dsn',
    'db:5432',
    ['postgresql', 'us er', 'p@ss', 'or/ders'],
    'postgresql://us%20er:p%40ss@db:5432/or%2Fders',
  ],
])('%s of %j', (name, text, args, expected) => {
  expect(apply(name, text, ...args)).toBe(expected);
});

it('takes bytes that are not text only to base64', () => {
  const bytes = Buffer.from([0xff, 0x00]);
  expect(apply('base64', bytes)).toBe('/wA=');
  for (const name of ['urlencode', 'json']) {
    expect(() => apply(name, bytes)).toThrow(TemplateProblem);
  }
});

it.each([
  ['indent', [99]],
  ['indent', ['x']],
  ['dsn', ['no scheme', 'u', 'p', 'd']],
  ['dsn', ['postgresql', '', 'p', 'd']],
])('%s refuses %j', (name, args) => {
  expect(() => apply(name, 'x', ...args)).toThrow(TemplateProblem);
});

it('does not multiply line ends without a bound', () => {
  expect(() => apply('indent', '\n'.repeat(500_000), 64)).toThrow(TemplateProblem);
});
