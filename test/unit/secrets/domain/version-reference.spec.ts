import { expect, test } from 'vitest';
import {
  aliasReason,
  ownAliasReason,
  parseVersionReference,
  versionReferenceReason,
} from '../../../../src/secrets/domain/version-reference.js';

test.each([
  ['1', { kind: 'number', version: 1 }],
  ['999999999', { kind: 'number', version: 999_999_999 }],
  ['current', { kind: 'alias', alias: 'current' }],
  ['a', { kind: 'alias', alias: 'a' }],
  [`a${'9'.repeat(62)}`, { kind: 'alias', alias: `a${'9'.repeat(62)}` }],
])('%s names a version', (text, reference) => {
  expect(parseVersionReference(text)).toEqual(reference);
  expect(versionReferenceReason(text)).toBeUndefined();
});

test.each(['', '0', '01', '-1', '1.0', '1e3', '9999999999', 'A', '1a', '-a', 'a_b', 'a '])(
  '%j names none',
  (text) => {
    expect(parseVersionReference(text)).toBeUndefined();
    expect(versionReferenceReason(text)).toMatch(/^must be/);
  },
);

test('an alias is longer than 63 characters never', () => {
  expect(aliasReason('a'.repeat(63))).toBeUndefined();
  expect(aliasReason('a'.repeat(64))).toMatch(/^must match/);
});

test.each(['current', 'previous', 'pending'])('%s is kept by the gateway', (alias) => {
  expect(aliasReason(alias)).toBeUndefined();
  expect(ownAliasReason(alias)).toMatch(/^is kept/);
  expect(ownAliasReason(`${alias}-own`)).toBeUndefined();
});
