import { expect, it } from 'vitest';
import { compileSchema } from '../../../../src/schemas/domain/compile-schema.js';
import { SchemaProblem } from '../../../../src/schemas/domain/schema-problem.js';
import { schemaSpecSchema } from '../../../../src/schemas/domain/schema-spec.js';

const whole = (spec: object) =>
  schemaSpecSchema.parse({ appliesTo: { types: ['example.com/x'] }, mode: 'warn', ...spec });

it('enforces or warns, and answers for other keys only if it says so', () => {
  expect(compileSchema('x', whole({}))).toMatchObject({ isEnforced: false, isOfEachWrite: false });
  const strict = whole({ mode: 'enforce', checkUnchanged: true });
  expect(compileSchema('x', strict)).toMatchObject({ isEnforced: true, isOfEachWrite: true });
});

it('names the keys that a rule reads', () => {
  const { crossRules } = compileSchema('x', whole({ rules: [{ rule: 'secret.a == secret.b' }] }));
  expect(crossRules[0]?.keys).toEqual(['a', 'b']);
});

it('may demand any type of the JSON that a text is, and allow others than texts', () => {
  const keys = {
    a: { format: 'json', schema: { type: 'integer' } },
    b: { schema: { type: ['integer', 'string'] } },
    c: { schema: {} },
  };
  expect([...compileSchema('x', whole({ keys })).keys.keys()]).toEqual(['a', 'b', 'c']);
});

it('has the generators of its keys', () => {
  const keys = { id: { generate: { uuid: {} } }, user: {} };
  const { keys: rules } = compileSchema('x', whole({ keys }));
  expect(rules.get('id')?.generator).toEqual({ kind: 'uuid' });
  expect(rules.get('user')?.generator).toBeUndefined();
});

function problemOf(spec: object): unknown {
  try {
    return compileSchema('x', whole(spec));
  } catch (error) {
    return error;
  }
}

it('names the mistakes of all keys and rules', () => {
  const keys = {
    a: { schema: { pattern: '(' } },
    b: { passwordKey: 'a', schema: { type: 'strin', minLenght: 3 } },
    c: { generate: { password: { length: 8 } } },
  };
  const rules = [{ rule: 'secret.a' }, { rule: 'true' }, { rule: 'secret.a ==' }];
  const problem = problemOf({ keys, rules });
  expect(problem).toBeInstanceOf(SchemaProblem);
  expect((problem as SchemaProblem).all.map(({ pointer }) => pointer)).toEqual([
    '/keys/a/schema/pattern',
    '/keys/b/passwordKey',
    '/keys/b/schema/type',
    '/keys/b/schema/minLenght',
    '/keys/c/generate/password/length',
    '/rules/0/rule',
    '/rules/2/rule',
  ]);
});

it.each([
  [{ rules: [{ rule: 'secret.a' }] }, '/rules/0/rule', 'true or false, not string'],
  [{ rules: [{ rule: 'secret.a ==' }] }, '/rules/0/rule', 'does not parse: line 1, column 12'],
  [{ rules: [{ rule: 'other.a == ""' }] }, '/rules/0/rule', 'does not compile'],
  [{ rules: [{ rule: 'secret.a.matches(secret.b)' }] }, '/rules/0/rule', 'must be a plain text'],
  [
    { rules: [{ rule: `secret.a.matches("${'a'.repeat(513)}")` }] },
    '/rules/0/rule',
    'column 18: the pattern is longer than 512 characters',
  ],
  [
    { rules: [{ rule: `secret.a.matches("${'a{999}'.repeat(85)}")` }] },
    '/rules/0/rule',
    'the pattern is too large when its repetitions are written out',
  ],
  [
    {
      keys: { a: { schema: { pattern: '[a-z]{900}' } } },
      rules: Array.from({ length: 12 }, (_, at) => ({
        rule: `secret.a.matches("[a-z]{${900 + at}}")`,
      })),
    },
    '/rules/10/rule',
    'makes the patterns of the schema too large together',
  ],
  [
    { keys: { a: { passwordKey: 'b' } } },
    '/keys/a/passwordKey',
    'is only for the kinds pkcs12 and jks',
  ],
  [
    {
      keys: Object.fromEntries(
        Array.from({ length: 20 }, (_, at) => [
          `k${at}`,
          { schema: { pattern: `[a-z]{1,${400 + at}}` } },
        ]),
      ),
    },
    expect.stringMatching('^/keys/k') as string,
    'too large together',
  ],
  [
    { keys: { a: { generate: { password: { length: 8 } } } } },
    '/keys/a/generate/password/length',
    'must be from 22',
  ],
  [
    { keys: { a: { generate: { password: { forbid: '0123456789' } } } } },
    '/keys/a/generate/password/forbid',
    'at least one character of each class',
  ],
  [
    {
      keys: Object.fromEntries(
        Array.from({ length: 33 }, (_, at) => [`k${at}`, { generate: { uuid: {} } }]),
      ),
    },
    '/keys',
    'must generate at most 32 keys',
  ],
  [
    { keys: { a: { schema: { pattern: '(' } } } },
    '/keys/a/schema/pattern',
    ': missing closing ): `(`',
  ],
])('refuses %j', (spec, pointer, reason) => {
  const problem = problemOf(spec);
  expect(problem).toBeInstanceOf(SchemaProblem);
  expect(problem).toMatchObject({ pointer, message: expect.stringContaining(reason) as string });
});
