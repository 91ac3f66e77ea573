import { describe, expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { checkSecret } from '../../../../src/schemas/domain/check-secret.js';
import { compileSchema } from '../../../../src/schemas/domain/compile-schema.js';
import { schemaSpecSchema } from '../../../../src/schemas/domain/schema-spec.js';
import { values } from '../../secrets/domain/secret.builder.js';
import { processorMs } from '../../../support/processor-time.js';

const nowMs = Date.parse('2026-12-01T00:00:00Z');

function problems(spec: object, data: Record<string, string>, annotations = {}): string[] {
  const whole = { appliesTo: { label: 'login' }, mode: 'enforce', ...spec };
  const rules = compileSchema('login', schemaSpecSchema.parse(whole));
  const found = checkSecret(rules, { data: values(data), annotations }, { nowMs });
  return found.map(({ error: { pointer, reason } }) => `${pointer} ${reason}`);
}

describe('keys of a schema', () => {
  const spec = { keys: { username: { required: true }, dsn: { kind: 'dsn.postgresql' } } };
  it.each([
    [{ username: 'app' }, []],
    [{ username: 'app', dsn: 'postgresql://app@db/app', other: 'x' }, []],
    [{}, ['/data/username is required by the schema']],
    [
      { username: 'app', dsn: 'mysql://app@db/app' },
      ['/data/dsn must begin with postgresql:// or postgres://'],
    ],
  ])('%j', (data, expected) => {
    expect(problems(spec, data)).toEqual(expected);
  });

  it('refuses other keys if none are allowed', () => {
    const closed = { ...spec, additionalKeys: false };
    expect(problems(closed, { username: 'app', pasword: 'x' })).toEqual([
      '/data/pasword is not in the schema',
    ]);
  });

  it('demands exactly one of the sets of oneOf', () => {
    const either = { oneOf: [{ required: ['token'] }, { required: ['username', 'password'] }] };
    const reason = '/data must have either token; or username and password';
    expect(problems(either, { token: 'x' })).toEqual([]);
    expect(problems(either, { username: 'x', password: 'y' })).toEqual([]);
    expect(problems(either, { username: 'x' })).toEqual([reason]);
    const both = { token: 'x', username: 'x', password: 'y' };
    expect(problems(either, both)).toEqual([`${reason}, and not both`]);
  });

  it('needs the password of a key store in the other key', () => {
    const store = { keys: { 'keystore.jks': { kind: 'jks', passwordKey: 'password' } } };
    expect(problems(store, { 'keystore.jks': 'x' })).toEqual([
      '/data/keystore.jks needs a password in password',
    ]);
  });
});

describe('a JSON Schema of a key', () => {
  const text = { keys: { password: { schema: { minLength: 12, not: { const: '' } } } } };
  const document = {
    keys: {
      'config.json': { format: 'json', schema: { type: 'object', required: ['host'] } },
    },
  };
  it.each([
    [text, { password: 'correct horse battery' }, []],
    [text, { password: 'short' }, ['/data/password must have minLength 12']],
    [document, { 'config.json': '{"host":"db"}' }, []],
    [document, { 'config.json': '{"port":1}' }, ['/data/config.json must have host']],
    [
      document,
      { 'config.json': '{"host":1,"host":2}' },
      ['/data/config.json must be JSON, with each member once: mistake at line 1, column 11'],
    ],
  ])('%#', (spec, data, expected) => {
    expect(problems(spec, data as Record<string, string>)).toEqual(expected);
  });

  it('does not check what is not UTF-8 or too long', () => {
    const rules = compileSchema(
      'login',
      schemaSpecSchema.parse({ appliesTo: { label: 'l' }, mode: 'warn', ...text }),
    );
    const reasonOf = (bytes: Buffer): string | undefined => {
      const data = new Map([['password', SecretValue.fromBytes(bytes)]]);
      return checkSecret(rules, { data, annotations: {} }, { nowMs })[0]?.error.reason;
    };
    expect(reasonOf(Buffer.from([0xff]))).toBe('must be UTF-8');
    expect(reasonOf(Buffer.alloc(65_537, 'a'))).toBe('must have at most 65536 bytes');
  });
});

const absent = 'the rule reads dsn, which the Secret lacks; guard it with has(secret.dsn)';

describe('a rule over several keys', () => {
  const rule = 'secret.dsn.contains(secret.username)';
  const spec = { rules: [{ rule, message: 'dsn and username differ' }] };
  it.each([
    [{ dsn: 'postgresql://app@db', username: 'app' }, []],
    [{ dsn: 'postgresql://app@db', username: 'other' }, ['/data dsn and username differ']],
    [{ username: 'other' }, [`/data dsn and username differ (${absent})`]],
  ])('%j', (data, expected) => {
    expect(problems(spec, data as Record<string, string>)).toEqual(expected);
  });

  it.each([
    ['!has(secret.dsn) || secret.dsn == ""', ['dsn'], true],
    ['!has(secret.dsn) || secret.dsn == ""', ['other'], false],
    ['secret.all(key, key != "dsn")', ['other'], true],
    ['secret.all(key, key != "dsn")', [], false],
  ])('%s has no result for %j, which are no texts: %s', (of, binary, isBroken) => {
    const given = { appliesTo: { label: 'l' }, mode: 'warn', rules: [{ rule: of }] };
    const rules = compileSchema('login', schemaSpecSchema.parse(given));
    const bytes = SecretValue.fromBytes(Buffer.from([0x61, 0xff]));
    const data = new Map([...values({ text: 'x' }), ...binary.map((key) => [key, bytes] as const)]);
    const reasons = checkSecret(rules, { data, annotations: {} }, { nowMs });
    const expected = `/data breaks the rule ${of} (the rule has no result for these keys)`;
    expect(reasons.map(({ error }) => `${error.pointer} ${error.reason}`)).toEqual(
      isBroken ? [expected] : [],
    );
  });

  it('waits until its keys are right on their own', () => {
    const keys = { username: { schema: { minLength: 3 } } };
    expect(problems({ ...spec, keys }, { dsn: 'x', username: 'ab' })).toEqual([
      '/data/username must have minLength 3',
    ]);
  });

  it('is bounded in its work', () => {
    const slow = 'secret.all(a, secret.all(b, secret.a + secret.b != a + b))';
    const data = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`k${index}`, 'x'.repeat(2_000)]),
    );
    const started = processorMs();
    const found = problems({ rules: [{ rule: slow }] }, { ...data, a: 'x', b: 'y' });
    expect(found).toEqual([expect.stringContaining('no result')]);
    expect(processorMs() - started).toBeLessThan(1_000);
  });
});

it('refuses what is left when the time of a Secret is used up', () => {
  const keys = { a: { schema: { minLength: 3 } }, b: { schema: { minLength: 3 } } };
  const appliesTo = { label: 'login' };
  const spec = { appliesTo, mode: 'enforce', keys, rules: [{ rule: 'true' }] };
  const rules = compileSchema('login', schemaSpecSchema.parse(spec));
  let looks = 0;
  const time = {
    get isUsedUp() {
      looks += 1;
      return looks > 1;
    },
  };
  const data = values({ a: 'long', b: 'long' });
  const found = checkSecret(rules, { data, annotations: {} }, { nowMs, time });
  expect(found.map(({ error }) => `${error.pointer} ${error.reason}`)).toEqual([
    '/data/b is not checked: the checks of the Secret take too long',
    '/data is not checked: the checks of the Secret take too long',
  ]);
});

it('takes no time for keys that the caller does not name', () => {
  const keys = { a: { schema: { minLength: 3 } }, b: { schema: { minLength: 3 } } };
  const rules = [{ rule: 'secret.a != ""' }, { rule: 'secret.b == ""' }, { rule: 'secret != {}' }];
  const spec = { appliesTo: { label: 'login' }, mode: 'enforce', keys, rules };
  let looks = 0;
  const time = {
    get isUsedUp() {
      looks += 1;
      return looks > 2;
    },
  };
  const data = values({ a: 'long', b: 'long' });
  const facts = { nowMs, time, named: new Set(['b']) };
  const found = checkSecret(
    compileSchema('login', schemaSpecSchema.parse(spec)),
    { data, annotations: {} },
    facts,
  );
  expect(found.map(({ error }) => error.reason)).toEqual(['breaks the rule secret.b == ""']);
  expect(looks).toBe(2);
});
