import { expect, it } from 'vitest';
import { celRule } from '../../../../src/schemas/domain/cel-rule.js';
import { PatternBudget } from '../../../../src/schemas/domain/pattern-budget.js';
import { SecretContents } from '../../../../src/schemas/domain/secret-contents.js';
import { values } from '../../secrets/domain/secret.builder.js';

const violationOf = (rule: string, data: Record<string, string>, message?: string) => {
  const compiled = celRule({ rule, message }, '/rules/0/rule', new PatternBudget());
  const facts = { contents: new SecretContents(values(data)), annotations: {}, nowMs: 0 };
  return compiled.violation(facts)?.reason;
};

it('says which rule is broken, or the message of its author', () => {
  expect(violationOf('secret.a == "x"', { a: 'x' })).toBeUndefined();
  expect(violationOf('secret.a == "x"', { a: 'y' })).toBe('breaks the rule secret.a == "x"');
  expect(violationOf('secret.a == "x"', { a: 'y' }, 'a is wrong')).toBe('a is wrong');
});

it.each<[rule: string, data: Record<string, string>, reason: string]>([
  ['secret.a == "x"', {}, 'the rule reads a, which the Secret lacks; guard it with has(secret.a)'],
  [
    'secret["tls.crt"] == secret.b',
    {},
    'the rule reads tls.crt, b, which the Secret lacks; guard it with "tls.crt" in secret',
  ],
  // It must not depend on a value at which key the evaluation ends.
  [
    'secret.a == "x" ? secret.b == "1" : secret.c == "2"',
    { a: 'x' },
    'the rule reads b, c, which the Secret lacks; guard it with has(secret.b)',
  ],
  [
    'secret.a == "x" ? secret.b == "1" : secret.c == "2"',
    { a: 'y' },
    'the rule reads b, c, which the Secret lacks; guard it with has(secret.b)',
  ],
  [
    '!has(secret.b) && int(secret.a) > 1',
    { a: 'secret value' },
    'the rule has no result for these keys',
  ],
  ['int(secret.a) > 1', { a: 'secret value' }, 'the rule has no result for these keys'],
])('says of %j why it may have no result, without a value', (rule, data, reason) => {
  expect(violationOf(rule, data, 'a is wrong')).toBe(`a is wrong (${reason})`);
});

it('matches patterns', () => {
  expect(violationOf('secret.a.matches("^[a-z]+$")', { a: 'abc' })).toBeUndefined();
  expect(violationOf('secret.a.matches("^[a-z]+$")', { a: 'ABC' }, 'wrong')).toBe('wrong');
});

it('names the keys that it reads', () => {
  const rule = { rule: 'secret.a == secret.b' };
  expect(celRule(rule, '', new PatternBudget()).keys).toEqual(['a', 'b']);
});
