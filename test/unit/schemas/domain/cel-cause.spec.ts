import { expect, it } from 'vitest';
import { compileExpression } from '../../../../src/core/cel/cel-expression.js';
import { clearCause } from '../../../../src/schemas/domain/cel-cause.js';

function causeOf(rule: string): string {
  try {
    compileExpression(rule, 'secret');
  } catch (error) {
    return clearCause((error as Error).message, rule);
  }
  throw new Error('the rule compiles');
}

it.each([
  ['secret.a.startWith("x")', 'line 1, column 10: unknown function startWith'],
  [
    'secret.a == "b" &&\n  secret.b.replace("a", "b") == ""',
    'line 2, column 12: unknown function replace',
  ],
  ['now() > timestamp(secret.a)', 'line 1, column 1: unknown function now'],
  ['["a"].sort() == []', 'line 1, column 7: unknown function sort'],
  [
    'secret.a.endsWith(1)',
    "line 1, column 1: found no matching overload for 'string.endsWith(int)'",
  ],
  [
    'secret.a.contains(1)',
    "line 1, column 1: found no matching overload for 'string.contains(int)'",
  ],
  [
    'has(secret["tls.crt"])',
    'line 1, column 5: has() takes secret.NAME; for other keys: "tls.crt" in secret',
  ],
])('says what is wrong in %j', (rule, cause) => {
  expect(causeOf(rule)).toBe(`does not compile: ${cause}`);
});

it('repeats what the library says of other mistakes', () => {
  expect(causeOf('secret.a ==')).toBe('does not parse: line 1, column 12: Unexpected token: EOF');
  expect(causeOf('secrets.a == ""')).toContain('Unknown variable: secrets');
});
