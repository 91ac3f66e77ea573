import { describe, expect, it } from 'vitest';
import { compileExpression, ExpressionProblem } from '../../../../src/core/cel/cel-expression.js';
import { CelWork, TooMuchWork } from '../../../../src/core/cel/cel-work.js';
import { limits } from '../../../../src/core/limits.js';
import { processorMs } from '../../../support/processor-time.js';

const claims = {
  sub: 'alice',
  email: 'a@b.test',
  roles: ['dev', 'ops'],
  level: 5,
  'example.com/tenant': 'blue',
  address: { city: 'Wien' },
};

const value = (source: string) => compileExpression(source, 'claims').evaluate(claims);

describe('an expression over claims', () => {
  it.each([
    ['claims.sub', 'alice'],
    ['"oidc:" + claims.sub', 'oidc:alice'],
    ['claims.roles', ['dev', 'ops']],
    ['claims.roles.map(r, "x:" + r)', ['x:dev', 'x:ops']],
    ['claims.roles.filter(r, r != "dev")', ['ops']],
    ['claims.roles.exists(r, r == "ops")', true],
    ['claims.roles.all(r, r.matches("^[a-z]+$"))', true],
    ['has(claims.groups) ? claims.groups : []', []],
    ['claims.?email_verified.orValue(true) == true', true],
    ['claims[?"none"].orValue("d")', 'd'],
    ['claims.email.split("@")[0]', 'a'],
    ['claims.level > 3', true],
    ['claims.address.city', 'Wien'],
    ['claims["example.com/tenant"]', 'blue'],
    ['claims.example__dot__com__slash__tenant', 'blue'],
    ['has(claims.constructor)', false],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  it('has no value where the claim is missing or of another type', () => {
    expect(() => value('claims.none')).toThrow(/No such key/);
    expect(() => value('claims.level + "x"')).toThrow(/overload/);
  });

  it.each([
    'claims.',
    'claim.sub',
    'unknown(claims.sub)',
    '1 + "a"',
    'user.username',
    'claims.sub.matches(claims.email)',
    'claims.sub.matches("a" + "b")',
    'claims.sub.matches("(")',
    `claims.sub.matches("${'a{999}'.repeat(20)}")`,
    'bytes(claims.sub).json()',
    'claims.sub.own_contains("a")',
    'own_evaluator(1)',
    'claims.a.all(a, claims.b.all(b, claims.c.all(c, a == b && b == c)))',
    `"${'x'.repeat(11_000)}"`,
    Array.from({ length: 600 }, () => 'true').join(' && '),
  ])('does not compile: %.40s', (source) => {
    expect(() => compileExpression(source, 'claims')).toThrow(ExpressionProblem);
  });

  it('names functions in its errors as they are written', () => {
    expect(() => compileExpression('(1).contains("a")', 'claims')).toThrow(
      "does not compile: line 1, column 2: found no matching overload for 'int.contains(string)'",
    );
  });

  it.each([
    ['claims.a ==', 'does not parse: line 1, column 12: Unexpected token: EOF'],
    ['true &&\n  (claims.a', 'does not parse: line 2, column 12: Expected RPAREN, got EOF'],
    ['true || other.a', 'does not compile: line 1, column 9: Unknown variable: other'],
    [
      'claims.a.matches("(")',
      'does not compile: line 1, column 18: no pattern: error parsing regexp: missing closing ): `(`',
    ],
    ['true ||\nown_evaluator(1)', 'line 2, column 1: there is no function'],
  ])('says where its mistake is, and the cause: %s', (source, message) => {
    expect(() => compileExpression(source, 'claims')).toThrow(message);
  });

  it('counts what it costs, and ends where there is nothing left', () => {
    const expression = compileExpression('claims.roles.exists(r, r == "none")', 'claims');
    expect(expression.evaluate(claims)).toBe(false);
    const work = new CelWork();
    work.spend(limits.celStepsMax - 5);
    expect(() => expression.evaluate(claims, work)).toThrow(TooMuchWork);
  });

  it('ends there also where it would go on after an error', () => {
    const sources = [
      'claims.roles.exists(r, claims.roles.exists(q, int(q) > 1))',
      'claims.roles.all(r, int(r) > 1) || true',
      'claims.roles.all(r, claims.?roles[?9].orValue("") == "")',
    ];
    for (const source of sources) {
      const work = new CelWork();
      work.spend(limits.celStepsMax - 100);
      expect(() => compileExpression(source, 'claims').evaluate(claims, work)).toThrow(TooMuchWork);
    }
  });

  it('knows what it looks at and what it results in', () => {
    const expression = compileExpression('claims.email + claims.?x.orValue("")', 'claims');
    expect(['email', 'x', 'sub'].map((name) => expression.selects(name))).toEqual([
      true,
      true,
      false,
    ]);
    expect(compileExpression('claims.roles.size() > 1', 'claims').type).toBe('bool');
  });
});

it('an expression over the user knows its members and no others', () => {
  const user = { username: 'a', uid: '', groups: ['g'], extra: { 'x.test/y': ['1'] } };
  const rule = '!user.username.startsWith("system:") && user.groups.all(g, g != "root")';
  expect(compileExpression(rule, 'user').evaluate(user)).toBe(true);
  expect(compileExpression('user.extra["x.test/y"][0] == "1"', 'user').evaluate(user)).toBe(true);
  expect(() => compileExpression('user.name == "a"', 'user')).toThrow(ExpressionProblem);
});

it('a pattern takes linear time, whatever text the token brings', () => {
  const expression = compileExpression('claims.sub.matches("^(a+)+$")', 'claims');
  const startedAtMs = processorMs();
  expect(expression.evaluate({ sub: `${'a'.repeat(9_000)}!` })).toBe(false);
  expect(processorMs() - startedAtMs).toBeLessThan(2_000);
});

describe('the members that an expression reads', () => {
  it.each([
    ['secret.dsn.contains(secret.username)', ['dsn', 'username']],
    ['secret["tls.crt"] == secret.a', ['tls.crt', 'a']],
    ['has(secret.x) && secret.x != ""', ['x']],
    ['secret.?tls__dot__crt.orValue("") == ""', ['tls.crt']],
  ])('are named: %s', (source, names) => {
    expect([...(compileExpression(source, 'secret').members ?? [])]).toEqual(names);
  });

  it.each(['secret.exists(k, k == "a")', 'secret[secret.a] == ""', '"a" in secret'])(
    'may be any: %s',
    (source) => {
      expect(compileExpression(source, 'secret').members).toBeUndefined();
    },
  );
});
