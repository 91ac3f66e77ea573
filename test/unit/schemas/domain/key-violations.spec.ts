import { describe, expect, it } from 'vitest';
import { bodyLimits } from '../../../../src/core/body-limits.js';
import { compileSchema } from '../../../../src/schemas/domain/compile-schema.js';
import {
  isUnknownKey,
  missingKeys,
  unknownKeys,
} from '../../../../src/schemas/domain/key-violations.js';
import { schemaSpecSchema } from '../../../../src/schemas/domain/schema-spec.js';
import { SecretContents } from '../../../../src/schemas/domain/secret-contents.js';
import type { Violation } from '../../../../src/schemas/domain/violation.js';
import { checkWrite } from '../../../../src/secrets/domain/check-write.js';
import { manifest, values } from '../../secrets/domain/secret.builder.js';
import { checksWith } from '../built-in-checks.js';
import { aSchema } from '../schema.builder.js';

const { errorsReportedMax } = bodyLimits;
const rulesOf = (spec: object) =>
  compileSchema(
    'login',
    schemaSpecSchema.parse({ appliesTo: { label: 'login' }, mode: 'enforce', ...spec }),
  );
const closed = rulesOf({ additionalKeys: false, keys: { password: {} } });
const keysOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'x']));
const contentsOf = (data: Record<string, string>) => new SecretContents(values(data));
const reasons = (found: readonly Violation[]) =>
  found.map(({ error: { pointer, reason } }) => `${pointer} ${reason}`);
const time = { isUsedUp: false };

it('names the keys that a schema demands', () => {
  const rules = rulesOf({ keys: { a: { required: true }, b: {} } });
  expect(reasons(missingKeys(rules, contentsOf({ b: 'x' })))).toEqual([
    '/data/a is required by the schema',
  ]);
});

it('knows which keys a schema does not allow', () => {
  const contents = contentsOf({ password: 'x', other: 'x' });
  expect(['password', 'other', 'absent'].map((key) => isUnknownKey(closed, contents, key))).toEqual(
    [false, true, false],
  );
  expect(isUnknownKey(rulesOf({}), contents, 'other')).toBe(false);
});

describe('keys that a schema does not allow', () => {
  it('are a bounded number of violations', () => {
    const found = unknownKeys(closed, contentsOf(keysOf(5_000)), { time, named: undefined });
    expect(found).toHaveLength(errorsReportedMax + 1);
    expect(reasons(found).at(-1)).toBe(
      `/data has ${5_000 - errorsReportedMax} further keys that are not in the schema`,
    );
    expect(new Set(found.flatMap(({ keys }) => keys ?? [])).size).toBe(5_000);
  });

  it('are only those that the caller names', () => {
    const named = new Set(['k3', 'password', 'absent']);
    const contents = contentsOf(keysOf(500));
    expect(reasons(unknownKeys(closed, contents, { time, named }))).toEqual([
      '/data/k3 is not in the schema',
    ]);
  });

  it.each([
    [undefined, undefined],
    [new Set(['a']), ['a']],
  ])('count as broken if there is no time: named %j', (named, keys) => {
    const usedUp = { isUsedUp: true };
    const found = unknownKeys(closed, contentsOf({ password: 'x' }), { time: usedUp, named });
    expect(found).toMatchObject([{ keys, error: { reason: expect.stringContaining('too long') } }]);
  });
});

describe('a write', () => {
  const checks = checksWith(aSchema('login', { additionalKeys: false, keys: { password: {} } }));
  const labels = { 'sallyport.dev/schema': 'login' };
  const secret = (count: number) => manifest({ labels, data: values(keysOf(count)) });
  const before = secret(errorsReportedMax + 50);
  const after = secret(errorsReportedMax + 51);
  const added = new Set([`k${errorsReportedMax + 50}`]);

  it('adds no unknown key to many, whether its caller may read the others or not', async () => {
    const write = { before, after, touched: added, isDryRun: true, caller: undefined };
    const refused = { code: 'Invalid', errors: [{ schema: 'login' }] };
    await expect(checkWrite(checks, write)).rejects.toMatchObject(refused);
    await expect(checkWrite(checks, { ...write, blind: added })).rejects.toMatchObject(refused);
  });

  it('may leave unknown keys as they are', async () => {
    const touched = new Set(['password']);
    const write = { before, after: before, touched, isDryRun: true, caller: undefined };
    await expect(checkWrite(checks, write)).resolves.toEqual([]);
  });
});
