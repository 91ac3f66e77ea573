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
  expect(violationOf('secret.a == "x"', {}, 'a is wrong')).toContain('has no result');
});

it('matches patterns', () => {
  expect(violationOf('secret.a.matches("^[a-z]+$")', { a: 'abc' })).toBeUndefined();
  expect(violationOf('secret.a.matches("^[a-z]+$")', { a: 'ABC' }, 'wrong')).toBe('wrong');
});

it('names the keys that it reads', () => {
  const rule = { rule: 'secret.a == secret.b' };
  expect(celRule(rule, '', new PatternBudget()).keys).toEqual(['a', 'b']);
});
